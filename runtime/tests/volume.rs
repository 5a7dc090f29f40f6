//! What trades of a model's token are worth to the workers who serve the model: the protocol's part of their fees, once settled,
//! raises the weight of that work in the next epoch.

#![allow(clippy::print_stdout, reason = "it prints what washing trades costs and pays")]

use crate::common::market::{
	account, ask, buy, check, launch, record_version, register_model, signed, Market, MODEL, OWNER, WORKERS,
};
use engram_math::{
	curve::WHOLE,
	emission::VAULT_SHARE,
	fee::share_floor,
	yields::{part_floor, work_weight_floor, Bonus},
};
use engram_primitives::{
	traits::WorkerPool,
	units::{Balance, ENGR, MILLI, PPM},
	JobId, ModelId, VersionId,
};
use engram_runtime::{AccountId, Balances, Curves, Emission, Jobs, Runtime, RuntimeOrigin, Workers};
use frame_support::assert_ok;
use pallet_emission::{Policy, PolicyBound};
use pallet_jobs::JobState;
use sp_keyring::Sr25519Keyring::Bob;

/// A bond of one slot: two jobs go to two workers.
const BOND: Balance = 100 * ENGR;
const OTHER: ModelId = ModelId(1);
const ACCURACY: u32 = 900_000;
/// Of the fees; the rest is burned or the treasury's.
const CREATORS: u32 = 300_000;
/// What the protocol has to keep of a model's trades for a factor of one.
const REFERENCE: Balance = 18_000 * ENGR;

/// Two models, two workers that can do as much as each other, and a demand that is that of the epoch alone.
fn two_models() -> (Market, [VersionId; 2]) {
	let mut market = Market::new(BOND);
	let versions = market.block(|| {
		assert_eq!(register_model(), OTHER);
		for worker in WORKERS.map(account) {
			assert_eq!(Workers::slots_of(worker.clone()), Some(1));
			<Workers as WorkerPool<AccountId>>::measured(&worker, 1_000_000, 1);
		}
		let mut parameters = Emission::policy().issuance;
		parameters.window = 1;
		assert_ok!(Emission::set_issuance_parameters(RuntimeOrigin::root(), parameters));
		[MODEL, OTHER].map(|model| record_version(model, None, 90))
	});
	(market, versions)
}

/// One answer of each version, by a worker each. Says who gave them.
fn served(market: &mut Market, versions: [VersionId; 2]) -> [AccountId; 2] {
	let jobs = market.quiet(|| versions.map(|version| ask(Bob, version).unwrap()));
	market.pass(10);
	let executor = |job: JobId| match Jobs::job(job).unwrap().state {
		JobState::Settled { executor, .. } => executor,
		other => panic!("not answered: {other:?}"),
	};
	let workers = market.read(|| jobs.map(executor));
	assert_ne!(workers[0], workers[1]);
	workers
}

/// Ends the epoch. Returns the weights of the two in it and what it pays them.
fn paid(market: &mut Market, workers: &[AccountId; 2]) -> [(u128, Balance); 2] {
	let epoch = market.read(Emission::epoch);
	market.end_epoch();
	market.block(|| {
		let record = Workers::epoch_of(epoch).unwrap();
		let rewards = workers.clone().map(|worker| {
			let rewards = Workers::rewards_of(worker.clone(), epoch).unwrap();
			let part = part_floor(record.offered, rewards.weight, record.total_weight).unwrap();
			// It is the weight that decides, and not what the fee allows.
			assert!(part > 0 && part < rewards.ceiling, "{part} of {}", rewards.ceiling);
			let had = Balances::free_balance(&worker);
			assert_ok!(Workers::claim_rewards(signed(OWNER), worker.clone(), epoch));
			assert_eq!(Balances::free_balance(&worker) - had, part);
			(rewards.weight, part)
		});
		assert_eq!(rewards[0].0 + rewards[1].0, record.total_weight);
		rewards
	})
}

fn coins(amount: Balance) -> f64 {
	amount as f64 / ENGR as f64
}

#[test]
fn who_serves_a_traded_model_has_more_of_the_epochs_pool() {
	let (mut market, versions) = two_models();
	let token = market.block(|| launch(MODEL, [0; 4], 400_000));
	// Nothing is traded: both are paid alike.
	let workers = served(&mut market, versions);
	let kept = market.block(|| {
		buy(Bob, token, 2_000 * WHOLE);
		let fees = Curves::curve(token).unwrap().fees;
		assert_eq!(Curves::market_factor_of(MODEL), 0);
		assert_ok!(Curves::settle(signed(Bob), token));
		// It counts from the next epoch on.
		assert_eq!(Curves::market_factor_of(MODEL), 0);
		fees - share_floor(fees, CREATORS).unwrap()
	});
	let [first, second] = paid(&mut market, &workers);
	assert_eq!(first, second);

	let factor = (kept * Balance::from(PPM) / REFERENCE) as u32;
	assert!((15_000..PPM).contains(&factor), "{factor}");
	market.read(|| {
		assert_eq!(Curves::market_factor_of(MODEL), factor);
		assert_eq!(Curves::market_factor_of(OTHER), 0);
	});
	// What the work before was worth to both.
	let reputation = market.read(|| {
		WORKERS.map(|worker| pallet_workers::Workers::<Runtime>::get(account(worker)).unwrap().reputation)
	});
	assert_eq!(reputation[0], reputation[1]);
	let workers = served(&mut market, versions);
	let [traded, other] = paid(&mut market, &workers);
	let strength = market.read(|| Emission::policy().bonus_strength);
	let work = market.read(|| Workers::rewards_of(workers[0].clone(), 1).unwrap().work);
	let weight = |market| {
		let bonus = Bonus { strength, market, performance: ACCURACY };
		work_weight_floor(work, reputation[0], bonus).unwrap()
	};
	assert_eq!((traded.0, other.0), (weight(factor), weight(0)));
	assert!(traded.1 > other.1, "{} and {}", traded.1, other.1);
	// In the proportion of the weights, but for what rounding leaves.
	let whole = (traded.1 + other.1) as f64;
	let share = traded.0 as f64 / (traded.0 + other.0) as f64;
	assert!((traded.1 as f64 / whole - share).abs() < 1e-9);
	// Of the fees of trades with oneself, this part does not come back.
	let unraised = (traded.1 + other.1) / 2;
	let raise = (traded.1 - unraised) as f64 / unraised as f64;
	let needed = coins(kept) / raise;
	println!(
		"washing for {} ENGR that do not come back raises pay by {:.2} %: it has to be {needed:.0} ENGR",
		coins(kept),
		raise * 100.0
	);
	let most = f64::from(strength) / 1e6 * f64::from(ACCURACY) / 1e6;
	assert!(needed > coins(REFERENCE) / most, "{needed}");

	// An epoch later the trades are forgotten.
	market.read(|| assert_eq!(Curves::market_factor_of(MODEL), 0));
	let workers = served(&mut market, versions);
	let [first, second] = paid(&mut market, &workers);
	assert_eq!(first, second);
	market.read(check);
}

/// What somebody gains of a pool whose work on a model is such a share of all work, when it washes trades until the model's market
/// factor is so much: the best case, in which nobody else works on the model.
fn washed(pool: f64, share: f64, strength: f64, factor: f64) -> f64 {
	let raised = strength * factor;
	pool * (share * (1.0 + raised) / (1.0 + share * raised) - share)
}

/// Whoever has half of all work gains most, and by the first coin more than by any other: a quarter of the bonus's strength of the
/// pool for each whole of the reference.
#[test]
fn washing_never_pays_under_the_default_policy() {
	let policy = Policy::default();
	let Policy { issuance, bonus_strength, market_reference, .. } = policy;
	assert_eq!(market_reference, REFERENCE);
	let minted = share_floor(issuance.cap, PPM - VAULT_SHARE).unwrap();
	let pool = coins(share_floor(minted, issuance.weights.workers).unwrap());
	let strength = f64::from(bonus_strength) / 1e6;
	let thousandths = || (1..=1_000).map(|part| f64::from(part) / 1e3);
	let all = || thousandths().flat_map(|share| thousandths().map(move |factor| (share, factor)));
	let best = |of: &dyn Fn(f64, f64) -> f64| {
		all().map(|(share, factor)| of(share, factor)).fold(f64::MIN, f64::max)
	};
	let least = best(&|share, factor| washed(pool, share, strength, factor) / factor);
	let whole = best(&|share, _| washed(pool, share, strength, 1.0));
	let profit =
		|reference: f64| best(&|share, factor| washed(pool, share, strength, factor) - reference * factor);
	let (profit, before) = (profit(coins(REFERENCE)), profit(1_000.0));
	println!(
		"of a pool of {pool:.0} ENGR a whole factor brings {whole:.0} at most, the first part of one {least:.0} for each whole: \
		 at a reference of 1,000 ENGR washing brings {before:.0} an epoch, now {profit:.3}"
	);
	let bound = pool * strength / 4.0;
	assert!(least <= bound && least > bound * 0.999, "{least} or {bound}");
	assert!(coins(REFERENCE) >= bound && profit < 0.0, "{profit}");
	assert!(whole < least && before > 10_000.0, "{whole}, {before}");
	// Governance can go as low as that, and no lower.
	let least = (bound * ENGR as f64) as Balance;
	let with = |market_reference| Policy { market_reference, ..policy }.validate();
	assert_eq!((with(least + MILLI), with(least - MILLI)), (Ok(()), Err(PolicyBound::MarketReference)));
}
