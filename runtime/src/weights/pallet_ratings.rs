//! Weights of `pallet_ratings`, written by `make weights` on 2026-11-27 with 50 steps and 20 repeats.

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// What the benchmarks of `pallet_ratings` measured.
#[derive(Debug)]
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_ratings::WeightInfo for WeightInfo<T> {
	// Storage: `Datanets::Items` (r:1 w:0)
	// Storage: `Ratings::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Ratings::Raters` (r:1 w:1)
	// Storage: `Ratings::Assets` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	fn rate() -> Weight {
		Weight::from_parts(116_143_000, 3_970)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Ratings::Raters` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn forget_rating() -> Weight {
		Weight::from_parts(57_165_000, 3_946)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Ratings::Epochs` (r:1 w:1)
	// Storage: `Ratings::Owed` (r:1 w:1)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn claim_reward() -> Weight {
		Weight::from_parts(68_542_000, 6_196)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}

	// Storage: `Ratings::Epochs` (r:1 w:1)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `System::Account` (r:2 w:2)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Ratings::Owed` (r:65 w:64)
	// `r` is 1 to 64.
	fn expire_epoch(r: u32) -> Weight {
		Weight::from_parts(65_196_591, 6_196)
			.saturating_add(Weight::from_parts(4_162_091, 0).saturating_mul(r.into()))
			.saturating_add(Weight::from_parts(0, 2_583).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(r.into())))
	}

	// Storage: `Ratings::Budgets` (r:1 w:1)
	fn expire_budget() -> Weight {
		Weight::from_parts(11_878_000, 3_628)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::Budgets` (r:1 w:1)
	// Storage: `Ratings::Scores` (r:1 w:1)
	fn score_answer() -> Weight {
		Weight::from_parts(15_503_000, 3_628)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}

	// Storage: `Ratings::CurrentPolicy` (r:1 w:1)
	fn set_prices() -> Weight {
		Weight::from_parts(7_582_000, 1_553)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::CurrentPolicy` (r:1 w:1)
	fn set_dynamics() -> Weight {
		Weight::from_parts(7_141_000, 1_553)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::CurrentPolicy` (r:1 w:1)
	fn set_rewards() -> Weight {
		Weight::from_parts(7_191_000, 1_553)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::CurrentPolicy` (r:1 w:1)
	fn set_least_kept() -> Weight {
		Weight::from_parts(7_221_000, 1_553)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::Reviewers` (r:1 w:1)
	// Storage: `Ratings::Panel` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	fn join_reviewers() -> Weight {
		Weight::from_parts(106_568_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Ratings::Panel` (r:1 w:1)
	fn pause_reviewer() -> Weight {
		Weight::from_parts(41_452_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::Reviewers` (r:1 w:1)
	// Storage: `System::Account` (r:1 w:1)
	// Storage: `Balances::Holds` (r:1 w:1)
	// Storage: `Ratings::Panel` (r:1 w:1)
	fn leave_reviewers() -> Weight {
		Weight::from_parts(101_912_000, 14_799)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}

	// Storage: `Ratings::Budgets` (r:1 w:1)
	// Storage: `Ratings::CurrentReviewPolicy` (r:1 w:0)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// Storage: `Ratings::Draws` (r:15 w:1)
	// Storage: `Ratings::Reviews` (r:0 w:1)
	fn share_answer() -> Weight {
		Weight::from_parts(63_915_000, 39_270)
			.saturating_add(T::DbWeight::get().reads(18))
			.saturating_add(T::DbWeight::get().writes(3))
	}

	// Storage: `Ratings::Draws` (r:1 w:0)
	fn draw_base() -> Weight {
		Weight::from_parts(4_737_000, 3_542).saturating_add(T::DbWeight::get().reads(1))
	}

	// Storage: `Ratings::Draws` (r:1 w:1)
	// Storage: `Ratings::Panel` (r:1 w:0)
	// Storage: `Ratings::Reviews` (r:1 w:1)
	// Storage: `Beacon::Ring` (r:1 w:0)
	// Storage: `Ratings::CurrentReviewPolicy` (r:1 w:0)
	// Storage: `Models::Versions` (r:1 w:0)
	// Storage: `Models::Models` (r:1 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Ratings::Reviewers` (r:5 w:5)
	// Storage: `Timing::GenesisSchedule` (r:1 w:0)
	// `l` is 5 to 256.
	fn draw_reviewers(l: u32) -> Weight {
		Weight::from_parts(71_457_942, 14_799)
			.saturating_add(Weight::from_parts(1_097_191, 0).saturating_mul(l.into()))
			.saturating_add(T::DbWeight::get().reads(14))
			.saturating_add(T::DbWeight::get().writes(7))
	}

	// Storage: `Ratings::Reviews` (r:1 w:1)
	fn commit_review() -> Weight {
		Weight::from_parts(35_253_000, 3_928)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::Reviews` (r:1 w:1)
	// Storage: `System::BlockHash` (r:1 w:0)
	fn reveal_review() -> Weight {
		Weight::from_parts(42_664_000, 3_928)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::Reviews` (r:1 w:1)
	// Storage: `Ratings::CurrentReviewPolicy` (r:1 w:0)
	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Ratings::Reviewers` (r:5 w:5)
	// Storage: `Balances::Holds` (r:5 w:5)
	// Storage: `System::Account` (r:6 w:6)
	// Storage: `Ratings::Epochs` (r:1 w:1)
	// Storage: `Ratings::Owed` (r:4 w:4)
	// Storage: `Ratings::Panel` (r:1 w:1)
	// Storage: `Ratings::Qualities` (r:1 w:1)
	// Storage: `Ratings::Scores` (r:1 w:0)
	// Storage: `Ratings::Rankings` (r:1 w:1)
	// Storage: `Emission::CurrentPolicy` (r:1 w:0)
	// Storage: `Emission::Burned` (r:1 w:1)
	// Storage: `Emission::RunningEpoch` (r:1 w:1)
	// Storage: `Emission::GenesisIssuance` (r:1 w:0)
	fn close_review() -> Weight {
		Weight::from_parts(305_194_000, 16_608)
			.saturating_add(T::DbWeight::get().reads(32))
			.saturating_add(T::DbWeight::get().writes(27))
	}

	// Storage: `Emission::EmissionState` (r:1 w:0)
	// Storage: `Ratings::Pots` (r:1 w:1)
	// Storage: `Ratings::Rankings` (r:1 w:1)
	// Storage: `Models::Versions` (r:64 w:0)
	// Storage: `Models::Models` (r:64 w:0)
	// Storage: `System::BlockHash` (r:1 w:0)
	// Storage: `Ratings::Epochs` (r:1 w:1)
	// Storage: `Ratings::Owed` (r:64 w:64)
	// `v` is 1 to 64.
	fn allocate_epoch(v: u32) -> Weight {
		Weight::from_parts(23_983_748, 5_527)
			.saturating_add(Weight::from_parts(19_431_428, 0).saturating_mul(v.into()))
			.saturating_add(Weight::from_parts(0, 2_764).saturating_mul(v.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(v.into())))
			.saturating_add(T::DbWeight::get().writes(3))
			.saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(v.into())))
	}

	// Storage: `Ratings::CurrentReviewPolicy` (r:1 w:1)
	fn set_review_policy() -> Weight {
		Weight::from_parts(7_501_000, 1_549)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}

	// Storage: `Ratings::Rankings` (r:1 w:1)
	// Storage: `Ratings::Pots` (r:2 w:2)
	// Storage: `Ratings::CurrentReviewPolicy` (r:1 w:0)
	// Storage: `Ratings::Epochs` (r:1 w:1)
	fn close_epoch() -> Weight {
		Weight::from_parts(21_632_000, 5_996)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
