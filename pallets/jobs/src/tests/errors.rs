//! What wallets show of an error.

use crate::mock::Test;
use engram_primitives::{
	model::{MAX_BATCH, MAX_INTERVAL, MAX_OPENED, MAX_SEGMENTS, MIN_OPENED, MIN_SEGMENTS},
	units::PPM,
};
use scale_info::{TypeDef, TypeInfo};

type Error = crate::Error<Test>;

fn shown(error: Error) -> String {
	let TypeDef::Variant(errors) = Error::type_info().type_def else { panic!("errors are variants") };
	let name = format!("{error:?}");
	let variant = errors.variants.iter().find(|variant| variant.name == name).unwrap();
	variant.docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// `1024` as `1,024`.
fn grouped(number: u32) -> String {
	let digits = number.to_string();
	let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
	groups.join(",")
}

#[test]
fn an_invalid_spec_is_told_the_rules_in_numbers() {
	let rules = shown(Error::InvalidSpec);
	for rule in [
		format!("`checkpoint_interval`: 1 to {} steps", grouped(MAX_INTERVAL)),
		format!("`steps`: {} to {} whole intervals", grouped(MIN_SEGMENTS), grouped(MAX_SEGMENTS)),
		format!("`batch_size`: 1 to {} rows", grouped(MAX_BATCH)),
		format!("`learning_rate`: 1 to {} parts per million", grouped(10 * PPM)),
		format!("`opened`: {MIN_OPENED} to {MAX_OPENED}, and at most a third of the intervals"),
	] {
		assert!(rules.contains(&rule), "{rule}: {rules}");
	}
}
