//! What issuance has to be. A pallet that mints adds its ledger here.

use engram_primitives::{economy::BurnCause, units::Balance};
use engram_runtime::{Balances, Runtime, RuntimeEvent};
use pallet_emission::Burned;

/// An account of everything that changes issuance, kept from events alone.
pub(crate) trait Ledger {
	/// Takes note of an event.
	fn observe(&mut self, event: &RuntimeEvent);
	/// What issuance has to be now.
	fn expected(&self) -> Balance;
}

/// Issuance is genesis, and what epochs minted, less the burns in the ledger. What holders burned by themselves is counted here
/// a second time, from the events of balances.
pub(crate) struct Economy {
	genesis: Balance,
	minted: Balance,
	burned_by_holders: Balance,
}

impl Economy {
	/// To be made at genesis.
	pub(crate) fn new() -> Self {
		Self { genesis: Balances::total_issuance(), minted: 0, burned_by_holders: 0 }
	}
}

impl Ledger for Economy {
	fn observe(&mut self, event: &RuntimeEvent) {
		use pallet_balances::Event as Balances;
		use pallet_emission::Event as Emission;
		match event {
			RuntimeEvent::Balances(Balances::<Runtime>::Burned { amount, .. }) => {
				self.burned_by_holders += amount
			},
			// The event of balances came first.
			RuntimeEvent::Ratings(pallet_ratings::Event::<Runtime>::Rated { burned, .. })
			| RuntimeEvent::Curves(pallet_curves::Event::<Runtime>::FeesSettled { burned, .. })
			| RuntimeEvent::Baskets(pallet_baskets::Event::<Runtime>::BasketCreated { burned, .. }) => {
				self.burned_by_holders -= burned
			},
			RuntimeEvent::Emission(Emission::<Runtime>::EpochClosed { minted, .. }) => self.minted += minted,
			RuntimeEvent::Balances(
				Balances::TotalIssuanceForced { .. } | Balances::BalanceSet { .. } | Balances::Unexpected(_),
			)
			| RuntimeEvent::Emission(Emission::Unexpected { .. }) => panic!("money from nowhere: {event:?}"),
			_ => (),
		}
	}

	fn expected(&self) -> Balance {
		assert_eq!(Burned::<Runtime>::get(BurnCause::Holder), self.burned_by_holders, "holders' burns");
		self.genesis + self.minted - Burned::<Runtime>::iter_values().sum::<Balance>()
	}
}
