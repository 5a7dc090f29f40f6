//! Names and licences of what people register.

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

#[cfg(test)]
mod tests {
	use super::is_label;

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
