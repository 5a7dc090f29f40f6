//! What the benchmarks of baskets need.

use super::world;
use crate::{AccountId, Assets, BlockNumber, Curves, Models, Runtime, RuntimeOrigin, System};
use codec::Compact;
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	fixed::ATTO,
	market::{FeeSchedule, Limits},
};
use engram_primitives::{traits::ModelRegistry, units::PPM, TokenId};
use frame_support::{traits::Get, BoundedVec};
use pallet_curves::{NextToken, Terms};

const SET_UP: &str = "a benchmark sets up what the pallets accept; qed";

/// Sets up what other pallets hold.
#[derive(Debug)]
pub struct BasketsHelper;

/// Of a curve on which some thousands of tokens move the price by less than a block's limit.
fn terms() -> Terms {
	let bounds = <Runtime as pallet_curves::Config>::Bounds::get();
	Terms {
		creator_share: 0,
		lock_up: bounds.release.0,
		vesting: 0,
		burn_rate: 0,
		fees: FeeSchedule {
			base: 20_000,
			slope: 1,
			cap: 20_001,
			launch: 50_000,
			launch_window: bounds.launch_window.0,
		},
		limits: Limits {
			// Three tenths of the fees are the creator's.
			per_block: 13_999,
			per_window: 35_000,
			window: bounds.window.0.max(bounds.launch_window.0),
			threshold: PPM,
			rebound: 0,
			least_factor: bounds.least_factor,
		},
		weights: [0; 4],
		bond: bounds.least_bond,
		graduation: bounds.least_graduation,
		emission: 0,
	}
}

impl pallet_baskets::benchmarking::BenchmarkHelper<AccountId> for BasketsHelper {
	fn token(who: &AccountId, index: u32) -> TokenId {
		let owner = world::funded("issuer", index);
		let (model, ..) = world::version_of(&owner, 1);
		let token = NextToken::<Runtime>::get();
		let curve = Parameters {
			// The dearest to compute: half a coin for the first token, and two millionths more for the next.
			shape: Shape::Sigmoid { midpoint: 1 },
			price: ATTO,
			angle: 8_000_000_000_000,
			max_supply: 1_000_000u128.saturating_mul(WHOLE),
		};
		let text = |bytes: &[u8]| bytes.to_vec();
		Curves::launch(
			RuntimeOrigin::signed(owner),
			model,
			text(b"token").try_into().expect(SET_UP),
			text(b"TOKEN").try_into().expect(SET_UP),
			curve,
			terms(),
			BoundedVec::new(),
		)
		.expect(SET_UP);
		let amount = 2_000u128.saturating_mul(WHOLE);
		Curves::buy(RuntimeOrigin::signed(who.clone()), token, amount, u128::MAX, BlockNumber::MAX)
			.expect(SET_UP);
		token
	}

	fn restrain(token: TokenId) {
		pallet_curves::Curves::<Runtime>::mutate_extant(token, |record| record.terms.limits.per_block = 1);
	}

	fn graduate(token: TokenId) -> u32 {
		let record = Curves::curve(token).expect(SET_UP);
		let version = Models::versions_of(record.model).pop().expect(SET_UP);
		let parts = <Models as ModelRegistry<AccountId>>::version(version).expect(SET_UP).parts;
		let rows = u32::try_from(<Runtime as pallet_curves::Config>::LeastRows::get()).expect(SET_UP);
		for part in parts {
			pallet_datanets::Items::<Runtime>::mutate_extant(part, |item| item.rows = rows);
		}
		let window = BlockNumber::try_from(record.terms.limits.window).expect(SET_UP);
		let ripe = record.launched_at.saturating_add(window);
		System::set_block_number(System::block_number().max(ripe));
		Curves::graduate(RuntimeOrigin::signed(record.creator), token, version).expect(SET_UP);
		<Runtime as pallet_asset_conversion::Config>::LPFee::get().deconstruct()
	}

	fn leave(basket: TokenId, index: u32) {
		let origin = RuntimeOrigin::signed(world::funded("left", index));
		let delegate = sp_runtime::MultiAddress::Id(world::funded("delegate", 0));
		Assets::touch(origin.clone(), Compact(basket.0)).expect("the asset exists; qed");
		Assets::approve_transfer(origin, Compact(basket.0), delegate, 1).expect("the asset exists; qed");
	}
}
