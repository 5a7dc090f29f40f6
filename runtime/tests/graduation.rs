//! A curve becomes a pool on the whole runtime, whatever strangers do first: by themselves, in batches, as proxies, as
//! multisigs.

use crate::common::{blocks::Chain, chain};
use codec::{Compact, Encode};
use engram_math::{
	curve::{graduation_tokens_floor, Parameters, Shape, WHOLE},
	fixed::ATTO,
	market::{FeeSchedule, Limits},
};
use engram_primitives::{
	market::{TokenMarket, TokenPools},
	model::{Architecture, InferenceRates, InfluenceMethod},
	traits::{ModelRegistry, VersionInfo},
	units::{Balance, ENGR},
	Cid, ContributionId, DatanetId, JobId, ModelId, TokenId, VersionId, FIRST_POOL_TOKEN, FIRST_TOKEN,
};
use engram_runtime::{
	configs::EXISTENTIAL_DEPOSIT, AccountId, AllPalletsWithSystem, AssetConversion, Assets, Balances,
	BlockNumber, Curves, Datanets, Executive, Hash, Models, Multisig, PoolAssets, Proxy, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeOrigin, Signature, SignedPayload, System, UncheckedExtrinsic, Utility,
};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::NativeOrWithId::{self, Native, WithId},
		fungibles::Inspect,
		Get, Hooks, TryState, TryStateSelect,
	},
	BoundedVec,
};
use frame_system::offchain::CreateAuthorizedTransaction;
use pallet_curves::{ClaimKind, CurveState, LockedClaim, Terms};
use pallet_models::ModelState;
use sp_core::{ConstU32, Pair, H256};
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve};
use sp_runtime::{traits::Dispatchable, DispatchError, DispatchResult, MultiAddress};

type Pools = <Runtime as pallet_curves::Config>::Pools;

const TOKEN: TokenId = FIRST_TOKEN;
const MODEL: ModelId = ModelId(0);
const VERSION: VersionId = VersionId(0);
/// What Bob buys, of which the reserve is what graduates: .5 * 2,000 + .000001 * 2,000^2 coins.
const BOUGHT: Balance = 2_000 * WHOLE;
const RESERVE: Balance = 1_004 * ENGR;

fn who(key: Sr25519Keyring) -> AccountId {
	key.to_account_id()
}

fn signed(key: Sr25519Keyring) -> RuntimeOrigin {
	RuntimeOrigin::signed(who(key))
}

fn address(account: AccountId) -> MultiAddress<AccountId, ()> {
	account.into()
}

fn bytes<const N: u32>(text: &str) -> BoundedVec<u8, ConstU32<N>> {
	text.as_bytes().to_vec().try_into().unwrap()
}

fn free(key: Sr25519Keyring) -> Balance {
	Balances::free_balance(who(key))
}

fn tokens(account: &AccountId) -> Balance {
	Assets::balance(TOKEN.0, account)
}

fn pool() -> AccountId {
	Pools::pool_account(TOKEN)
}

fn state() -> CurveState {
	Curves::curve(TOKEN).unwrap().state
}

/// Alice owns a model of which a version was trained on a thousand rows.
fn model() {
	assert_ok!(Datanets::create(signed(Alice), bytes("points"), 2, 10, bytes("CC-BY-4.0"), true));
	assert_ok!(Datanets::contribute(
		signed(Alice),
		DatanetId(0),
		H256::repeat_byte(1),
		Cid::of_raw(b"rows"),
		1_000,
		10_000,
		bytes("CC-BY-4.0"),
		BoundedVec::truncate_from(b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWWorker".to_vec()),
	));
	assert_ok!(Models::register(
		signed(Alice),
		bytes("digits"),
		Architecture::Mlp { widths: vec![2, 8, 10].try_into().unwrap(), input_shift: 4 },
		InferenceRates { input_per_1000: ENGR, output_per_1000: ENGR, platform: ENGR },
		InfluenceMethod::DataInf,
		bytes("Apache-2.0"),
	));
	assert_ok!(<Models as ModelRegistry<AccountId>>::reserve_version(MODEL));
	let version = VersionInfo {
		model: MODEL,
		weights: Cid::of_raw(b"weights"),
		job: JobId(0),
		parts: vec![ContributionId(0)].try_into().unwrap(),
		correct: 90,
		held_out_rows: 100,
	};
	assert_eq!(<Models as ModelRegistry<AccountId>>::record_version(version, None), Ok(VERSION));
}

fn terms() -> Terms {
	let bounds = <Runtime as pallet_curves::Config>::Bounds::get();
	Terms {
		creator_share: 0,
		lock_up: bounds.release.0,
		vesting: 0,
		burn_rate: 0,
		fees: FeeSchedule {
			base: 20_000,
			slope: 0,
			cap: 20_000,
			launch: 20_000,
			launch_window: bounds.launch_window.0,
		},
		limits: Limits {
			per_block: 10_000,
			per_window: 14_000,
			window: bounds.window.0.max(bounds.launch_window.0),
			threshold: 200_000,
			rebound: 0,
			least_factor: 100_000,
		},
		weights: [0; 4],
		bond: bounds.least_bond,
		graduation: bounds.least_graduation,
		emission: 100 * WHOLE,
	}
}

/// How many blocks a curve is open at least.
fn window() -> BlockNumber {
	terms().limits.window.try_into().unwrap()
}

/// Alice launches the model's token, and Bob buys as much as it takes to graduate.
fn ripen() {
	model();
	let curve = Parameters {
		shape: Shape::Linear,
		price: ATTO / 2,
		angle: 2_000_000_000_000,
		max_supply: 1_000_000 * WHOLE,
	};
	let claim = LockedClaim { beneficiary: who(Dave), kind: ClaimKind::Stakeholder, amount: 250 * WHOLE };
	let claims = vec![claim].try_into().unwrap();
	let (name, symbol) = (bytes("digits"), bytes("DIG"));
	assert_ok!(Curves::launch(signed(Alice), MODEL, name, symbol, curve, terms(), claims));
	assert_ok!(Curves::buy(signed(Bob), TOKEN, BOUGHT, Balance::MAX, BlockNumber::MAX));
	assert_eq!(Curves::curve(TOKEN).unwrap().reserve, RESERVE);
}

/// A chain with a curve that may graduate.
fn ripe(test: impl FnOnce()) {
	chain(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET)).execute_with(|| {
		System::set_block_number(1);
		ripen();
		assert_eq!(graduate(Eve), Err(pallet_curves::Error::<Runtime>::TooYoung.into()));
		System::set_block_number(1 + window());
		test();
	});
}

/// The same. Every invariant is checked at the end.
fn with_a_ripe_curve(test: impl FnOnce()) {
	ripe(|| {
		test();
		let now = System::block_number();
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
		assert_eq!(checked, Ok(()));
	});
}

fn graduate(key: Sr25519Keyring) -> DispatchResult {
	let call = pallet_curves::Call::graduate { token: TOKEN, version: VERSION };
	dispatch(RuntimeCall::Curves(call), key)
}

fn dispatch(call: RuntimeCall, key: Sr25519Keyring) -> DispatchResult {
	call.dispatch(signed(key)).map(|_| ()).map_err(|refused| refused.error)
}

/// What strangers send to the pool's address may use up its references, to the last one or to any before.
#[test]
fn assets_at_the_address_stop_nobody_however_many_they_are() {
	let most = <Runtime as frame_system::Config>::MaxConsumers::get();
	for count in most - 5..=most {
		with_a_ripe_curve(|| {
			let charlie = || signed(Charlie);
			assert_ok!(Balances::transfer_keep_alive(charlie(), address(pool()), EXISTENTIAL_DEPOSIT));
			for id in (0..count).map(Compact) {
				assert_ok!(Assets::create(charlie(), id, address(who(Charlie)), 1));
				let _ = Assets::mint(charlie(), id, address(pool()), 1);
			}
			assert_ok!(graduate(Eve));
			assert_ok!(Curves::spend_on_tokens(&who(Bob), TOKEN, ENGR, 1));
		});
	}
}

fn filtered() -> DispatchError {
	frame_system::Error::<Runtime>::CallFiltered.into()
}

fn create_pool(one: NativeOrWithId<u32>, other: NativeOrWithId<u32>) -> RuntimeCall {
	pallet_asset_conversion::Call::create_pool { asset1: Box::new(one), asset2: Box::new(other) }.into()
}

/// What strangers would do to the pool before there is one: create it, send tokens to its address.
fn attacks() -> Vec<RuntimeCall> {
	let (id, to, amount) = (Compact(TOKEN.0), address(pool()), WHOLE);
	let sends = [
		pallet_assets::Call::transfer { id, target: to.clone(), amount },
		pallet_assets::Call::transfer_keep_alive { id, target: to.clone(), amount },
		pallet_assets::Call::transfer_all { id, dest: to.clone(), keep_alive: false },
		pallet_assets::Call::transfer_approved { id, owner: address(who(Bob)), destination: to, amount },
	];
	let pools = [create_pool(Native, WithId(TOKEN.0)), create_pool(WithId(TOKEN.0), Native)];
	sends.map(RuntimeCall::Assets).into_iter().chain(pools).collect()
}

/// The results that events tell of calls inside of others.
fn told() -> Vec<DispatchResult> {
	let told = System::events().into_iter().filter_map(|record| match record.event {
		RuntimeEvent::Utility(pallet_utility::Event::BatchInterrupted { error, .. })
		| RuntimeEvent::Utility(pallet_utility::Event::ItemFailed { error }) => Some(Err(error)),
		RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result })
		| RuntimeEvent::Multisig(pallet_multisig::Event::MultisigExecuted { result, .. }) => Some(result),
		_ => None,
	});
	told.collect()
}

/// Every way to do something that the runtime has, by the end of which the call was refused by the filter.
fn refuses_everywhere(call: &RuntimeCall) {
	System::reset_events();
	let name = format!("{call:?}");
	assert_eq!(dispatch(call.clone(), Bob), Err(filtered()), "{name}");
	let one = || vec![call.clone()];
	assert_eq!(
		Utility::batch_all(signed(Bob), one()).map_err(|refused| refused.error).err(),
		Some(filtered())
	);
	let derived = Utility::as_derivative(signed(Bob), 0, Box::new(call.clone()));
	assert_eq!(derived.map_err(|refused| refused.error).err(), Some(filtered()));
	let alone = Multisig::as_multi_threshold_1(signed(Bob), vec![who(Eve)], Box::new(call.clone()));
	assert_eq!(alone.map_err(|refused| refused.error).err(), Some(filtered()));
	assert_eq!(told(), []);

	assert_ok!(Utility::batch(signed(Bob), one()));
	assert_ok!(Utility::force_batch(signed(Bob), one()));
	// Charlie acts for Bob.
	assert_ok!(Proxy::proxy(signed(Charlie), address(who(Bob)), None, Box::new(call.clone())));
	// A batch in a proxy's call.
	let batch = RuntimeCall::Utility(pallet_utility::Call::batch { calls: one() });
	assert_ok!(Proxy::proxy(signed(Charlie), address(who(Bob)), None, Box::new(batch)));
	// Bob and Eve act together.
	let weight = frame_support::weights::Weight::from_parts(10_000_000_000, 1_000_000);
	let both = |key, other, when| {
		Multisig::as_multi(signed(key), 2, vec![who(other)], when, Box::new(call.clone()), weight)
	};
	assert_ok!(both(Bob, Eve, None));
	assert_ok!(both(Eve, Bob, Some(Multisig::timepoint())));
	let filtered = Err(filtered());
	assert_eq!(told(), [filtered, filtered, filtered, filtered, Ok(()), filtered], "{name}");
}

#[test]
fn nobody_makes_the_pool_or_sends_it_tokens() {
	with_a_ripe_curve(|| {
		let any = engram_runtime::configs::ProxyType::Any;
		assert_ok!(Proxy::add_proxy(signed(Bob), address(who(Charlie)), any, 0));
		// Without an account nothing could be sent there anyway.
		assert_ok!(Balances::transfer_keep_alive(signed(Eve), address(pool()), ENGR));
		let approve = pallet_assets::Call::approve_transfer {
			id: Compact(TOKEN.0),
			delegate: address(who(Bob)),
			amount: BOUGHT,
		};
		assert_ok!(dispatch(RuntimeCall::Assets(approve), Bob));
		for call in attacks() {
			refuses_everywhere(&call);
		}
		assert_eq!((tokens(&pool()), tokens(&who(Bob))), (0, BOUGHT));
		assert!(pallet_asset_conversion::Pools::<Runtime>::iter_keys().next().is_none());
		// Nor can governance make somebody the creator of it.
		let with_fee = AssetConversion::create_pool_with_fee(
			RuntimeOrigin::root(),
			who(Eve),
			Box::new(Native),
			Box::new(WithId(TOKEN.0)),
			Default::default(),
		);
		assert_noop!(with_fee, DispatchError::BadOrigin);
		assert_ok!(graduate(Eve));
		assert_eq!(state(), CurveState::Graduated);
	});
}

/// What is refused is no more than that.
#[test]
fn other_transfers_and_pools_are_as_free_as_ever() {
	with_a_ripe_curve(|| {
		let send = |to| {
			let (id, target) = (Compact(TOKEN.0), address(to));
			let call = pallet_assets::Call::transfer { id, target, amount: WHOLE };
			dispatch(RuntimeCall::Assets(call), Bob)
		};
		assert_ok!(send(who(Eve)));
		// The address of another token's pool is one like any other.
		let other = Pools::pool_account(TokenId(TOKEN.0 + 1));
		assert_ok!(Balances::transfer_keep_alive(signed(Eve), address(other.clone()), ENGR));
		assert_ok!(send(other));
		assert_ok!(Assets::create(signed(Eve), Compact(7), address(who(Eve)), 1));
		let (before, treasury) = (free(Eve), engram_runtime::Treasury::account_id());
		let had = Balances::free_balance(&treasury);
		assert_ok!(dispatch(create_pool(Native, WithId(7)), Eve));
		assert_eq!(Balances::free_balance(&treasury) - had, 10 * ENGR);
		assert!(before - free(Eve) >= 10 * ENGR);
		// Those of baskets and fixed pools have no curve that they could graduate from.
		let unknown = dispatch(create_pool(Native, WithId(FIRST_POOL_TOKEN.0)), Eve);
		assert!(unknown.is_err() && unknown != Err(filtered()));
		// Pools of two assets would not be found by those who trade with the native token.
		let without = dispatch(create_pool(WithId(7), WithId(8)), Eve);
		assert_eq!(without, Err(pallet_asset_conversion::Error::<Runtime>::InvalidAssetPair.into()));
	});
}

#[test]
fn it_succeeds_in_a_batch_and_moves_the_model_on() {
	with_a_ripe_curve(|| {
		let gift = 50 * ENGR;
		let before = free(Eve);
		let donate = pallet_balances::Call::transfer_keep_alive { dest: address(pool()), value: gift };
		let call = pallet_curves::Call::graduate { token: TOKEN, version: VERSION };
		let calls = vec![RuntimeCall::Balances(donate), RuntimeCall::Curves(call)];
		assert_ok!(Utility::batch_all(signed(Eve), calls));

		// The gift is in the pool too, and the price is the last one all the same.
		let price = Curves::curve(TOKEN).unwrap().price;
		assert_eq!(price, ATTO * 504 / 1_000);
		let (money, in_pool) = Pools::reserves(TOKEN).unwrap();
		assert_eq!((money, Ok(in_pool)), (RESERVE + gift, graduation_tokens_floor(RESERVE + gift, price)));
		assert!(Curves::price(TOKEN).unwrap() - price <= price / 1_000_000);
		// Eve has lost it: all shares but those of the pool itself are the curve's.
		assert_eq!(before - free(Eve), gift);
		let lp = pallet_asset_conversion::Pools::<Runtime>::get((Native, WithId(TOKEN.0))).unwrap().lp_token;
		let shares = Pools::shares_of(&Curves::pot_account(TOKEN), TOKEN);
		assert_eq!(<PoolAssets as Inspect<AccountId>>::total_issuance(lp), shares + 100);

		assert_eq!(Models::model(MODEL).unwrap().state, ModelState::Deployed);
		assert!(Models::is_open(MODEL));
		let again = graduate(Eve);
		assert_eq!(again, Err(pallet_curves::Error::<Runtime>::NotOpen.into()));
	});
}

#[test]
fn claims_are_paid_by_the_epoch() {
	ripe(|| {
		let claim = || dispatch(pallet_curves::Call::claim { token: TOKEN, index: 0 }.into(), Eve);
		// Epochs pass that nobody closed, which the other pallets would not like.
		let next_epoch = || pallet_emission::EmissionState::<Runtime>::mutate(|state| state.epoch += 1);
		assert_eq!(claim(), Err(pallet_curves::Error::<Runtime>::NotGraduated.into()));
		assert_ok!(graduate(Eve));
		assert_eq!(claim(), Err(pallet_curves::Error::<Runtime>::NothingToClaim.into()));
		for paid in [100, 200, 250] {
			next_epoch();
			assert_ok!(claim());
			assert_eq!(tokens(&who(Dave)), paid * WHOLE);
		}
		next_epoch();
		assert_eq!(claim(), Err(pallet_curves::Error::<Runtime>::NothingToClaim.into()));
		assert_ok!(<Curves as Hooks<BlockNumber>>::try_state(System::block_number()));
	});
}

/// Selling what one had on the curve pays no more in the pool.
#[test]
fn pallets_trade_on_the_curve_and_then_in_the_pool() {
	with_a_ripe_curve(|| {
		let price = || <Curves as TokenMarket<AccountId>>::token_price(TOKEN);
		assert_eq!(price(), Some(ATTO * 504 / 1_000));
		let record = Curves::curve(TOKEN).unwrap();
		let integral = record.curve.sale_integral_floor(BOUGHT, 500 * WHOLE).unwrap();
		assert_ok!(graduate(Eve));
		let got = Curves::sell_tokens(&who(Bob), TOKEN, 500 * WHOLE, 1).unwrap();
		assert!(got < integral, "{got} of {integral}");
		let (paid, bought) = Curves::spend_on_tokens(&who(Eve), TOKEN, got, 1).unwrap();
		assert_eq!((paid, tokens(&who(Eve))), (got, bought));
		assert!(bought < 500 * WHOLE && bought > 490 * WHOLE, "{bought}");
	});
}

fn extrinsic(call: RuntimeCall, key: Sr25519Keyring) -> UncheckedExtrinsic {
	let mut extension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
	extension.6 = frame_system::CheckNonce::from(System::account_nonce(who(key)));
	let payload = SignedPayload::new(call, extension).unwrap();
	let signature = Signature::Sr25519(payload.using_encoded(|bytes| key.pair().sign(bytes)));
	let (call, extension, _) = payload.deconstruct();
	UncheckedExtrinsic::new_signed(call, address(who(key)), signature, extension)
}

/// In real blocks, by signed transactions: an attack that is refused, the graduation, and a trade in the pool.
#[test]
fn signed_transactions_graduate_and_swap() {
	let ext = chain(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET));
	let mut chain = Chain::new(ext, Hash::repeat_byte(1));
	chain.block(Alice, 1, ripen);
	for _ in 0..chain.read(window) {
		chain.block(Alice, 1, || ());
	}
	let mut send = |call: fn() -> RuntimeCall, key| {
		chain.block(Alice, 1, || Executive::apply_extrinsic(extrinsic(call(), key)))
	};
	let refused = send(|| create_pool(Native, WithId(TOKEN.0)), Eve);
	assert_eq!(refused, Ok(Err(filtered())));
	let graduate = || pallet_curves::Call::graduate { token: TOKEN, version: VERSION }.into();
	assert_eq!(send(graduate, Eve), Ok(Ok(())));
	let swap = || {
		pallet_asset_conversion::Call::swap_exact_tokens_for_tokens {
			path: vec![Box::new(Native), Box::new(WithId(TOKEN.0))],
			amount_in: 10 * ENGR,
			amount_out_min: 19 * WHOLE,
			send_to: who(Eve),
			keep_alive: true,
		}
		.into()
	};
	assert_eq!(send(swap, Eve), Ok(Ok(())));
	chain.read(|| {
		// 10 coins at .504, less .3 % and the move of a hundredth.
		assert!((19_500 * WHOLE / 1_000..19_700 * WHOLE / 1_000).contains(&tokens(&who(Eve))));
		assert_eq!(state(), CurveState::Graduated);
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(1, TryStateSelect::All);
		assert_eq!(checked, Ok(()));
	});
}
