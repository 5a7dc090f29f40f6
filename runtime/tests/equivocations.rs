//! What becomes of stakers whose validator signs twice. The slash waits, and governance may cancel it; one that nobody cancels is
//! divided to the base unit between who reported it, the treasury and the burn. Through real blocks and the calls that nodes make.

use crate::common::{
	blocks::{add_nominator, claim, Chain},
	chain_with,
};
use codec::{Decode, Encode};
use engram_primitives::{
	economy::BurnCause,
	units::{Balance, ENGR},
};
use engram_runtime::{
	AccountId, AllPalletsWithSystem, Babe, Balances, BlockNumber, Executive, Header, Historical, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeOrigin, Session, Staking, Sudo, System, Treasury, UncheckedExtrinsic,
};
use frame_support::{
	assert_err, assert_ok,
	traits::{KeyOwnerProofSystem, TryState, TryStateSelect},
};
use pallet_emission::{Burned, MintCause, Minted};
use pallet_staking::{
	ActiveEra, ErasStakersOverview, ErasStakersPaged, UnappliedSlash, UnappliedSlashes, ValidatorSlashInEra,
};
use sp_consensus_babe::{digests::CompatibleDigestItem, AuthorityId};
use sp_consensus_grandpa::{localized_payload, Message, Prevote};
use sp_core::{Pair, H256};
use sp_genesis_builder::{PresetId, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_io::{
	storage::{rollback_transaction, start_transaction},
	TestExternalities,
};
use sp_keyring::{
	Ed25519Keyring,
	Sr25519Keyring::{self, Alice, Bob, Charlie, Dave},
};
use sp_runtime::{
	traits::{Dispatchable, Header as _},
	transaction_validity::InvalidTransaction,
	Digest, DigestItem, DispatchError, Perbill,
};
use sp_staking::EraIndex;

/// The era of the offences, and the one that begins with their slashes: two whole eras lie between them.
const ERA: EraIndex = 1;
const DUE: EraIndex = 4;

const NOMINATED: u64 = 200_000 * ENGR as u64;
/// Who nominates whom.
const NOMINATORS: [(AccountId, Sr25519Keyring); 2] =
	[(AccountId::new([1; 32]), Charlie), (AccountId::new([2; 32]), Dave)];

/// The local network with short eras, on which Charlie and Dave have a nominator each.
fn genesis() -> TestExternalities {
	chain_with(&PresetId::from(LOCAL_TESTNET_RUNTIME_PRESET), |config| {
		config["timing"]["sessionsPerEra"] = 2.into();
		for (who, validator) in NOMINATORS {
			add_nominator(config, &who, validator, NOMINATED);
		}
	})
}

fn active_era() -> EraIndex {
	ActiveEra::<Runtime>::get().unwrap().index
}

/// What two validators and their nominators have at stake.
fn stakes() -> Vec<(AccountId, Balance)> {
	let [charlie, dave] = [Charlie, Dave].map(|validator| validator.to_account_id());
	[charlie, dave]
		.into_iter()
		.chain(NOMINATORS.map(|(who, _)| who))
		.map(|who| (who.clone(), Staking::ledger(who.into()).unwrap().total))
		.collect()
}

/// A report, as nodes make it, that a validator made two blocks in the slot of the current one.
fn two_blocks(offender: Sr25519Keyring) -> RuntimeCall {
	let slot = Babe::current_slot();
	let header = |parent: u8| {
		let digest = Digest { logs: vec![claim(offender, *slot)] };
		let parent = H256::repeat_byte(parent);
		let mut header = Header::new(9, H256::zero(), H256::zero(), parent, digest);
		let seal = offender.pair().sign(header.hash().as_bytes());
		header.digest_mut().push(<DigestItem as CompatibleDigestItem>::babe_seal(seal.into()));
		header
	};
	let id = AuthorityId::from(offender.public());
	let key_owner_proof = Historical::prove((sp_consensus_babe::KEY_TYPE, id.clone())).unwrap();
	let (first_header, second_header) = (header(1), header(2));
	let proof = sp_consensus_babe::EquivocationProof { offender: id, slot, first_header, second_header };
	let equivocation_proof = Box::new(proof);
	pallet_babe::Call::<Runtime>::report_equivocation_unsigned { equivocation_proof, key_owner_proof }.into()
}

/// A report, as nodes make it, that a validator voted for two blocks in a round of the current set.
fn two_votes(offender: Ed25519Keyring) -> RuntimeCall {
	let (round, set) = (1u64, pallet_grandpa::CurrentSetId::<Runtime>::get());
	let vote = |hash: u8| {
		let vote = Prevote::<Header>::new(H256::repeat_byte(hash), 9);
		let signed = localized_payload(round, set, &Message::<Header>::Prevote(vote.clone()));
		(vote, offender.pair().sign(&signed))
	};
	let id = sp_consensus_grandpa::AuthorityId::from(offender.public());
	let key_owner_proof = Historical::prove((sp_consensus_grandpa::KEY_TYPE, id.clone())).unwrap();
	// The crate that names the type of two prevotes is none of the runtime's: it is decoded from its fields.
	let proof = (set, 0u8, round, id, vote(1), vote(2)).encode();
	let equivocation_proof = Box::new(Decode::decode(&mut &proof[..]).unwrap());
	pallet_grandpa::Call::<Runtime>::report_equivocation_unsigned { equivocation_proof, key_owner_proof }
		.into()
}

/// Puts a report into the current block. A second one says nothing new.
fn report(call: RuntimeCall) {
	let extrinsic = UncheckedExtrinsic::new_bare(call);
	assert_eq!(Executive::apply_extrinsic(extrinsic.clone()), Ok(Ok(())));
	start_transaction();
	assert_eq!(Executive::apply_extrinsic(extrinsic), Err(InvalidTransaction::Stale.into()));
	rollback_transaction();
}

/// One offender of four is slashed by the square of three quarters, and so is who nominated it. A tenth of that, halved because
/// it is the first time, is for whoever reported it.
fn expected(validator: Sr25519Keyring, nominator: &AccountId) -> UnappliedSlash<AccountId, Balance> {
	let validator = validator.to_account_id();
	let exposed = ErasStakersOverview::<Runtime>::get(ERA, &validator).unwrap().own;
	let page = ErasStakersPaged::<Runtime>::get((ERA, &validator, 0)).unwrap();
	let [nomination] = &page.others[..] else { panic!("another number of nominators: {page:?}") };
	assert_eq!(nomination.who, *nominator);
	let slash = |stake| Perbill::from_rational(9u32, 16) * stake;
	let reward = |slash| Perbill::from_percent(50) * (Perbill::from_percent(10) * slash);
	let (own, nominated) = (slash(exposed), slash(nomination.value));
	assert!(own > 500_000 * ENGR && nominated > 100_000 * ENGR);
	UnappliedSlash {
		validator,
		own,
		others: vec![(nominator.clone(), nominated)],
		reporters: vec![Alice.to_account_id()],
		payout: reward(own) + reward(nominated),
	}
}

fn cancel_first() -> RuntimeCall {
	pallet_staking::Call::<Runtime>::cancel_deferred_slash { era: DUE, slash_indices: vec![0] }.into()
}

/// What the division of a slash touches.
#[derive(Clone, Copy)]
struct Money {
	issuance: Balance,
	minted: Balance,
	burned: Balance,
	slashes_burned: Balance,
	treasury: Balance,
	minted_for_treasury: Balance,
	reporter: Balance,
}

impl Money {
	fn read() -> Self {
		Self {
			issuance: Balances::total_issuance(),
			minted: Minted::<Runtime>::iter_values().sum(),
			burned: Burned::<Runtime>::iter_values().sum(),
			slashes_burned: Burned::<Runtime>::get(BurnCause::Slash),
			treasury: Balances::free_balance(Treasury::account_id()),
			minted_for_treasury: Minted::<Runtime>::get(MintCause::Treasury),
			reporter: Balances::free_balance(Alice.to_account_id()),
		}
	}
}

#[test]
fn a_slash_waits_may_be_cancelled_and_is_divided_when_it_is_applied() {
	let mut chain = Chain::new(genesis(), H256::zero());
	chain.block(Alice, 0, || ());
	while chain.read(active_era) < ERA {
		chain.turn(Alice);
	}
	let (staked, slashes_burned) = chain.read(|| (stakes(), Money::read().slashes_burned));

	chain.block(Alice, 1, || report(two_blocks(Charlie)));
	chain.block(Alice, 1, || report(two_votes(Ed25519Keyring::Dave)));
	let [charlies, daves] = chain.read(|| {
		let fraction = Perbill::from_rational(9u32, 16);
		for validator in [Charlie, Dave].map(|validator| validator.to_account_id()) {
			let (reported, _) = ValidatorSlashInEra::<Runtime>::get(ERA, &validator).unwrap();
			assert_eq!(reported, fraction);
		}
		let [(charlies, _), (daves, _)] = &NOMINATORS;
		[expected(Charlie, charlies), expected(Dave, daves)]
	});
	chain.read(|| {
		assert_eq!(UnappliedSlashes::<Runtime>::get(DUE), [charlies.clone(), daves.clone()]);
		// Only one of four may be kept from making blocks: of two who did the same, the last.
		let disabled = Session::disabled_validators();
		let [index] = disabled[..] else { panic!("others are disabled: {disabled:?}") };
		assert_eq!(Session::validators()[index as usize], Dave.to_account_id());
	});

	// One is cancelled, by nobody but root.
	chain.block(Alice, 1, || {
		let anybody = RuntimeOrigin::signed(Bob.to_account_id());
		assert_eq!(cancel_first().dispatch(anybody).unwrap_err().error, DispatchError::BadOrigin);
		let admin = RuntimeOrigin::signed(Alice.to_account_id());
		assert_ok!(Sudo::sudo(admin, Box::new(cancel_first())));
		System::assert_last_event(RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result: Ok(()) }));
		assert_eq!(UnappliedSlashes::<Runtime>::get(DUE), std::slice::from_ref(&daves));
	});

	// Nothing happens while it can be cancelled.
	let before = loop {
		let before = chain.read(Money::read);
		assert!(chain.read(active_era) < DUE);
		assert_eq!(chain.read(stakes), staked);
		assert_eq!(before.slashes_burned, slashes_burned);
		chain.turn(Alice);
		if chain.read(active_era) == DUE {
			break before;
		}
	};

	// The other one is applied, and divided: the reporter's reward, then half of the rest to the treasury, rounded down, and the
	// other half burned. The same block ends an era, which mints.
	let after = chain.read(Money::read);
	let nominated: Balance = daves.others.iter().map(|(_, slash)| slash).sum();
	let rest = daves.own + nominated - daves.payout;
	let treasury = rest / 2;
	assert_eq!(after.reporter - before.reporter, daves.payout);
	let minted_for_treasury = after.minted_for_treasury - before.minted_for_treasury;
	assert_eq!(after.treasury - before.treasury - minted_for_treasury, treasury);
	assert_eq!(after.slashes_burned - before.slashes_burned, rest - treasury);
	assert_eq!(after.burned - before.burned, rest - treasury);
	assert_eq!(after.issuance + after.burned - before.burned, before.issuance + after.minted - before.minted);
	let lost: Vec<_> = staked.iter().zip(chain.read(stakes)).map(|(old, (_, new))| old.1 - new).collect();
	assert_eq!(lost, [0, daves.own, 0, nominated]);

	chain.read(|| {
		let root = cancel_first().dispatch(RuntimeOrigin::root());
		assert_err!(root.map_err(|failed| failed.error), pallet_staking::Error::<Runtime>::InvalidSlashIndex);
		let now = System::block_number();
		let checked = <AllPalletsWithSystem as TryState<BlockNumber>>::try_state(now, TryStateSelect::All);
		assert_eq!(checked, Ok(()));
	});
}
