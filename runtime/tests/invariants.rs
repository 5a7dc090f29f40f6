//! Every invariant that is checked has its number in the list for readers, and the other way round.

use std::{collections::BTreeSet, fs, path::Path};

/// The numbers of a pallet's invariants that a text names.
fn named(text: &str, pallet: &str) -> BTreeSet<u32> {
	let prefix = format!("INV-{}-", pallet.to_uppercase());
	let numbers = text.split(&prefix).skip(1).map(|rest| {
		let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
		digits.parse().unwrap()
	});
	numbers.collect()
}

#[test]
fn numbers_of_code_and_document_agree() {
	let root = Path::new("..");
	let listed = fs::read_to_string(root.join("docs/invariants.md")).unwrap();
	let mut pallets = 0;
	for entry in fs::read_dir(root.join("pallets")).unwrap() {
		let source = entry.unwrap().path().join("src");
		let Ok(checked) = fs::read_to_string(source.join("try_state.rs")) else { continue };
		let name = source.parent().unwrap().file_name().unwrap().to_str().unwrap();
		let checked = named(&checked, name);
		assert!(checked.iter().copied().eq(1..=checked.len() as u32), "{name}: {checked:?}");
		assert_eq!(named(&listed, name), checked, "docs/invariants.md differs from the try_state of {name}");
		pallets += 1;
	}
	assert_eq!(pallets, 13);
}
