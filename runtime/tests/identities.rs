//! A judged identity raises the reputation that a worker starts with, and nothing else does.

use crate::common::chain;
use engram_primitives::{
	authorization::{key, possession_digest},
	units::ENGR,
};
use engram_runtime::{AccountId, Balance, Identity, Runtime, RuntimeOrigin, System, Workers};
use frame_support::assert_ok;
use pallet_identity::{legacy::IdentityInfo, Judgement};
use sp_core::{ConstU32, Pair};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};
use sp_runtime::traits::{BlakeTwo256, Hash};

type Info = IdentityInfo<ConstU32<100>>;

const REGISTRARS: [AccountId; 2] = [AccountId::new([1; 32]), AccountId::new([2; 32])];

/// The reputation that somebody starts with whom the registrars judge so.
fn start(judgements: &[Judgement<Balance>]) -> u32 {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let who = Bob.to_account_id();
		for registrar in REGISTRARS {
			assert_ok!(Identity::add_registrar(RuntimeOrigin::root(), registrar.into()));
		}
		if !judgements.is_empty() {
			let info = Info::default();
			let hash = BlakeTwo256::hash_of(&info);
			assert_ok!(Identity::set_identity(RuntimeOrigin::signed(who.clone()), Box::new(info)));
			for (at, judgement) in judgements.iter().enumerate() {
				assert_ok!(Identity::provide_judgement(
					RuntimeOrigin::signed(REGISTRARS[at].clone()),
					at as u32,
					who.clone().into(),
					*judgement,
					hash,
				));
			}
		}
		register(&who)
	})
}

fn register(who: &AccountId) -> u32 {
	let pair = key::Pair::from_seed(&[1; 32]);
	let possession = pair.sign(&possession_digest(System::block_hash(0), who));
	let address = b"/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWWorker".to_vec().try_into().unwrap();
	let origin = RuntimeOrigin::signed(who.clone());
	assert_ok!(Workers::register(origin, pair.public(), possession, address, 1_024, 100 * ENGR));
	pallet_workers::Workers::<Runtime>::get(who).unwrap().reputation
}

#[test]
fn a_judged_identity_raises_the_start() {
	assert_eq!(start(&[]), 500_000);
	for good in [Judgement::Reasonable, Judgement::KnownGood] {
		assert_eq!(start(&[good]), 750_000, "{good:?}");
		assert_eq!(start(&[Judgement::Unknown, good]), 750_000, "{good:?}");
	}
	// Neither an identity that nobody has judged, nor one that somebody thinks wrong.
	assert_eq!(start(&[Judgement::Unknown]), 500_000);
	for bad in [Judgement::OutOfDate, Judgement::LowQuality, Judgement::Erroneous] {
		assert_eq!(start(&[bad]), 500_000, "{bad:?}");
		assert_eq!(start(&[Judgement::KnownGood, bad]), 500_000, "{bad:?}");
	}
}

/// A name stands for one worker: its sub-accounts are others.
#[test]
fn sub_accounts_start_like_strangers() {
	chain(&PresetId::from("development")).execute_with(|| {
		System::set_block_number(1);
		let [registrar, _] = REGISTRARS;
		let (owner, sub) = (Alice.to_account_id(), Charlie.to_account_id());
		assert_ok!(Identity::add_registrar(RuntimeOrigin::root(), registrar.clone().into()));
		let info = Info::default();
		let hash = BlakeTwo256::hash_of(&info);
		assert_ok!(Identity::set_identity(RuntimeOrigin::signed(owner.clone()), Box::new(info)));
		let subs = vec![(sub.clone(), Default::default())];
		assert_ok!(Identity::set_subs(RuntimeOrigin::signed(owner.clone()), subs));
		let judged = Identity::provide_judgement(
			RuntimeOrigin::signed(registrar),
			0,
			owner.into(),
			Judgement::KnownGood,
			hash,
		);
		assert_ok!(judged);
		assert_eq!(register(&sub), 500_000);
	});
}
