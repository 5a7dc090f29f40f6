use crate::{mock::*, row_leaf};
use engram_primitives::{
	merkle,
	model::RowShape,
	traits::{ContributionInfo, Contributions},
	ContributionId, DatanetId,
};
use sp_io::hashing::blake2_256;

#[test]
fn what_is_unknown_is_nothing() {
	ExtBuilder.build_and_execute(|| {
		assert_eq!(Nets::datanet(DatanetId(0)), None);
		assert_eq!(Nets::contribution(ContributionId(0)), None);
		assert!(Nets::contributions_of(DatanetId(0)).is_empty());
		assert_eq!(<Nets as Contributions<AccountId>>::contribution(ContributionId(0)), None);
		assert_eq!(<Nets as Contributions<AccountId>>::row_shape(ContributionId(0)), None);
		let proof = merkle::prove(&leaves(1), 0).unwrap();
		assert!(!Nets::prove_item(ContributionId(0), 0, leaves(1)[0], proof));
	});
}

#[test]
fn others_see_what_they_need_of_a_contribution() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		assert_eq!(
			<Nets as Contributions<AccountId>>::contribution(contribution),
			Some(ContributionInfo {
				owner: BOB,
				cid: batch(1).cid,
				rows: 3,
				source: SOURCE.as_bytes().to_vec(),
			})
		);
		assert_eq!(
			<Nets as Contributions<AccountId>>::row_shape(contribution),
			Some(RowShape { feature_columns: 64, classes: 10 })
		);
	});
}

#[test]
fn a_row_is_proven_by_its_line() {
	ExtBuilder.build_and_execute(|| {
		let datanet = create(ALICE, true).unwrap();
		let contribution = contribute(BOB, datanet, 1).unwrap();
		for (index, line) in (0u32..).zip(lines(1)) {
			let proof = merkle::prove(&leaves(1), index).unwrap();
			let leaf = row_leaf(line.as_bytes());
			assert!(Nets::prove_item(contribution, index, leaf, proof.clone()));
			assert!(!Nets::prove_item(contribution, (index + 1) % 3, leaf, proof.clone()));
			assert!(!Nets::prove_item(contribution, index + 3, leaf, proof.clone()));
			let with_break = row_leaf(format!("{line}\n").as_bytes());
			assert!(!Nets::prove_item(contribution, index, with_break, proof));
		}
		let foreign = merkle::prove(&leaves(2), 0).unwrap();
		assert!(!Nets::prove_item(contribution, 0, leaves(2)[0], foreign));
	});
}

#[test]
fn a_leaf_is_the_hash_of_the_line() {
	assert_eq!(row_leaf(b"0,0,5,13,3"), blake2_256(b"0,0,5,13,3"));
}
