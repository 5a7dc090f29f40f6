//! Names and licences of what people register, and symbols of tokens.

use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Longest name or licence, in bytes.
pub const MAX_LABEL: u32 = 64;

/// A name or a licence. Whoever stores one checks it with [`is_label`] first.
pub type Label = BoundedVec<u8, ConstU32<MAX_LABEL>>;

/// Whether bytes are printable UTF-8, not empty, without space at either end.
pub fn is_label(bytes: &[u8]) -> bool {
	core::str::from_utf8(bytes)
		.is_ok_and(|text| !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control))
}

/// Longest symbol of a token, in bytes.
pub const MAX_SYMBOL: u32 = 12;

/// A token's symbol. Whoever stores one checks it with [`is_symbol`] first.
pub type Symbol = BoundedVec<u8, ConstU32<MAX_SYMBOL>>;

/// Whether bytes are capital letters and digits of ASCII, at least two, a letter first.
pub fn is_symbol(bytes: &[u8]) -> bool {
	bytes.len() >= 2
		&& bytes.first().is_some_and(u8::is_ascii_uppercase)
		&& bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
	use super::{is_label, is_symbol};

	#[test]
	fn symbols_are_capitals_and_digits() {
		for right in ["AB", "D2", "ABCDEFGHIJKL"] {
			assert!(is_symbol(right.as_bytes()), "{right:?}");
		}
		for wrong in ["", "A", "2D", "Ab", "A B", "A-B", "ÄB"] {
			assert!(!is_symbol(wrong.as_bytes()), "{wrong:?}");
		}
	}

	#[test]
	fn labels_are_printable_and_trimmed() {
		for right in ["a", "CC BY 4.0", "Ziffern für alle", "数字"] {
			assert!(is_label(right.as_bytes()), "{right:?}");
		}
		for wrong in
			[&b""[..], b" ", b" a", b"a ", b"a\nb", b"\0", b"a\x7f", "a\u{a0}".as_bytes(), b"\xff\xfe"]
		{
			assert!(!is_label(wrong), "{wrong:?}");
		}
	}
}
