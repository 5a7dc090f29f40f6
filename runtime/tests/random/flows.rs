//! What curves, pools and the escrows of models have to have, kept from events alone.

use engram_primitives::{units::Balance, ModelId, TokenId, FIRST_BASKET_TOKEN, FIRST_POOL_TOKEN};
use engram_runtime::{AccountId, Balances, Jobs, Pools, Runtime, RuntimeEvent};
use frame_support::traits::fungible::Inspect;
use pallet_models::NextModelId;
use std::collections::BTreeMap;

/// What a curve's launch and its trades brought, and settlements took. Base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CurveFlows {
	/// The cost of the launch and the values of purchases, less those of sales. Nothing after the graduation.
	pub(crate) reserve: Balance,
	/// The fees of trades that are not settled.
	pub(crate) fees: Balance,
	/// The premiums of purchases that are not settled.
	pub(crate) premium: Balance,
}

/// An account of every curve, of what strangers gave to pools, and of what premiums brought models and jobs took of it.
#[derive(Default)]
pub(crate) struct Flows {
	curves: BTreeMap<TokenId, CurveFlows>,
	gifts: BTreeMap<TokenId, Balance>,
	models: BTreeMap<TokenId, ModelId>,
	escrows: BTreeMap<AccountId, Balance>,
}

fn less(sum: &mut Balance, amount: Balance, what: &str, token: TokenId) {
	let Some(left) = sum.checked_sub(amount) else {
		panic!("{what} of {token:?}: {amount} left, and there were {sum}")
	};
	*sum = left;
}

impl Flows {
	/// To be made at genesis: what escrows of models to come have then.
	pub(crate) fn new(models: impl Iterator<Item = ModelId>) -> Self {
		let escrow = |model| {
			let account = Jobs::model_escrow(model);
			let had = Balances::total_balance(&account);
			(account, had)
		};
		Self { escrows: models.map(escrow).collect(), ..Self::default() }
	}

	/// Takes note of an event.
	pub(crate) fn observe(&mut self, event: &RuntimeEvent) {
		match event {
			RuntimeEvent::Curves(event) => self.observe_curve(event),
			RuntimeEvent::Pools(event) => self.observe_pool(event),
			// The owner's guarantee goes through the escrow: it is none of its money.
			RuntimeEvent::Jobs(pallet_jobs::Event::TrainingRequested {
				requester,
				model,
				fee,
				reserve,
				..
			}) if *requester == Jobs::model_escrow(*model) => {
				let left = self.escrows.get_mut(requester).and_then(|had| had.checked_sub(fee + reserve));
				let left = left.unwrap_or_else(|| panic!("{model:?} buys for more than it ever got"));
				self.escrows.insert(requester.clone(), left);
			},
			// What a job leaves. Who is no escrow is counted too, and nobody asks for it.
			RuntimeEvent::Balances(pallet_balances::Event::TransferOnHold {
				source, dest, amount, ..
			}) if *source == Jobs::escrow_account() => {
				*self.escrows.entry(dest.clone()).or_default() += amount;
			},
			RuntimeEvent::Assets(pallet_assets::Event::Transferred { asset_id, to, amount, .. }) => {
				let token = TokenId(*asset_id);
				let has_pool = (FIRST_POOL_TOKEN..FIRST_BASKET_TOKEN).contains(&token);
				if has_pool && *to == Pools::pot_account(token) {
					*self.gifts.entry(token).or_default() += amount;
				}
			},
			_ => (),
		}
	}

	fn observe_curve(&mut self, event: &pallet_curves::Event<Runtime>) {
		use pallet_curves::Event;
		match event {
			Event::CurveLaunched { token, model, cost, .. } => {
				self.models.insert(*token, *model);
				let flows = CurveFlows { reserve: *cost, ..CurveFlows::default() };
				assert_eq!(self.curves.insert(*token, flows), None, "{token:?} is launched twice");
			},
			Event::TokensBought { token, value, premium, fee, .. } => {
				let flows = self.curve(*token);
				flows.reserve += value;
				flows.premium += premium;
				flows.fees += fee;
			},
			Event::TokensSold { token, value, fee, .. } => {
				let flows = self.curve(*token);
				less(&mut flows.reserve, *value, "the reserve", *token);
				flows.fees += fee;
			},
			Event::FeesSettled { token, creator, burned, treasury, premium, .. } => {
				let flows = self.curve(*token);
				// The treasury gets the premium of a model that has no escrow any more.
				let mut orphaned = creator + burned + treasury;
				less(&mut orphaned, flows.fees, "what was settled", *token);
				flows.fees = 0;
				less(&mut flows.premium, premium + orphaned, "the premium", *token);
				let escrow = Jobs::model_escrow(self.models[token]);
				*self.escrows.entry(escrow).or_default() += premium;
			},
			Event::CurveGraduated { token, money, .. } => {
				let reserve = std::mem::take(&mut self.curve(*token).reserve);
				assert_eq!(*money, reserve, "{token:?} graduates with another reserve");
			},
			Event::CurveClosed { token, left, .. } => {
				let CurveFlows { reserve, fees, premium } = *self.curve(*token);
				assert_eq!((fees, *left), (0, reserve + premium), "{token:?} closes");
				self.curves.remove(token);
			},
			_ => (),
		}
	}

	fn observe_pool(&mut self, event: &pallet_pools::Event<Runtime>) {
		use pallet_pools::Event;
		match event {
			// What was transferred to the pool was no gift.
			Event::InferenceBought { token, amount, .. } | Event::GiftsTaken { token, amount, .. } => {
				less(self.gifts.entry(*token).or_default(), *amount, "the gifts", *token);
			},
			Event::PoolClosing { token } | Event::PoolClosed { token, .. } => {
				self.gifts.remove(token);
			},
			_ => (),
		}
	}

	fn curve(&mut self, token: TokenId) -> &mut CurveFlows {
		self.curves.get_mut(&token).unwrap_or_else(|| panic!("{token:?} was never launched"))
	}

	/// What the record of a curve has to say. Nothing of a curve that no event told of.
	pub(crate) fn of_curve(&self, token: TokenId) -> Option<CurveFlows> {
		self.curves.get(&token).copied()
	}

	/// The curves that there have to be.
	pub(crate) fn curves(&self) -> impl Iterator<Item = TokenId> + '_ {
		self.curves.keys().copied()
	}

	/// The models that there are, and what the escrow of each has to have.
	pub(crate) fn escrows(&self) -> impl Iterator<Item = (ModelId, Balance)> + '_ {
		(0..NextModelId::<Runtime>::get().0).map(ModelId).map(|model| {
			let has = self.escrows.get(&Jobs::model_escrow(model));
			(model, has.copied().unwrap_or_default())
		})
	}

	/// What the account of a pool has to have beside what it owes.
	pub(crate) fn gifts_to(&self, token: TokenId) -> Balance {
		self.gifts.get(&token).copied().unwrap_or_default()
	}
}
