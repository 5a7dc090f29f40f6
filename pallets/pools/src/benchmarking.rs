//! Benchmarks of the calls, each at its declared bounds, and of what the market tells.

use crate::{pallet::*, types::*};
use engram_math::pool::WORK_ONE;
use engram_primitives::{
	label::{Label, Symbol, MAX_LABEL, MAX_SYMBOL},
	payment::{TokenPayments, VerifiedUpdate},
	units::{Balance, ENGR, PPM},
	Cid, JobId, ModelId, TokenId, VersionId,
};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect as _, Mutate as _},
		fungibles::{Inspect as _, Mutate as _},
		tokens::Preservation,
		Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;

/// Sets up what other pallets hold.
pub trait BenchmarkHelper<AccountId> {
	/// An open model without a token and a version of it, and its owner.
	fn version() -> (AccountId, ModelId, VersionId);
	/// Leaves the market one place for a draw, where the search for it ends.
	fn crowd();
	/// An account that has none of the tokens keeps an empty account of them and an approval.
	fn leave(token: TokenId, index: u32);
}

/// As wide as the bounds allow.
pub fn terms<T: Config>() -> Terms {
	let bounds = T::Bounds::get();
	Terms {
		supply: bounds.supply.1,
		rate: bounds.most_rate,
		factor: 1,
		held_out: Cid::of_raw(b"held out"),
		held_out_rows: 1,
		baseline: 0,
		unit_gain: PPM,
		interval: bounds.interval.0,
	}
}

fn label() -> Label {
	let mut label = Label::new();
	for _ in 0..MAX_LABEL {
		let _ = label.try_push(b'm');
	}
	label
}

fn symbol() -> Symbol {
	let mut symbol = Symbol::new();
	for _ in 0..MAX_SYMBOL {
		let _ = symbol.try_push(b'M');
	}
	symbol
}

/// The longest multiaddress.
fn address<T: Config>() -> BoundedVec<u8, T::MaxAddressLen> {
	let mut address = BoundedVec::new();
	for byte in b"/ip4/127.0.0.1/tcp/4001/p2p/" {
		let _ = address.try_push(*byte);
	}
	while address.try_push(b'a').is_ok() {}
	address
}

fn fund<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
	let amount = 1_000_000u128.saturating_mul(ENGR);
	T::Currency::mint_into(who, amount.max(T::Currency::minimum_balance()))?;
	Ok(())
}

/// Who opened a pool, the model and a version of it, and the token.
type Opened<T> = (<T as frame_system::Config>::AccountId, ModelId, VersionId, TokenId);

fn opened<T: Config>() -> Result<Opened<T>, BenchmarkError> {
	let (creator, model, version) = T::BenchmarkHelper::version();
	fund::<T>(&creator)?;
	let token = NextToken::<T>::get();
	Pallet::<T>::do_open(creator.clone(), model, label(), symbol(), terms::<T>())?;
	Ok((creator, model, version, token))
}

/// Somebody who has what one answer costs and the unit that has to stay.
fn consumer<T: Config>(opened: &Opened<T>) -> Result<(T::AccountId, Balance), BenchmarkError> {
	let (creator, _, version, token) = opened;
	let who: T::AccountId = whitelisted_caller();
	fund::<T>(&who)?;
	let (_, _, price) = Pallet::<T>::price_of(*version, 1)?;
	T::Tokens::transfer(token.0, creator, &who, price.saturating_add(1), Preservation::Expendable)?;
	Ok((who, price))
}

/// All tokens go to the pool.
fn give_back<T: Config>(creator: &T::AccountId, token: TokenId) -> Result<(), BenchmarkError> {
	let share = T::Tokens::balance(token.0, creator);
	T::Tokens::transfer(token.0, creator, &Pallet::<T>::pot_of(token), share, Preservation::Expendable)?;
	Ok(())
}

fn record<T: Config>(token: TokenId) -> Result<crate::PoolRecordOf<T>, BenchmarkError> {
	Ok(Pools::<T>::get(token).ok_or("no pool")?)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open() -> Result<(), BenchmarkError> {
		let (creator, model, _) = T::BenchmarkHelper::version();
		fund::<T>(&creator)?;
		let token = NextToken::<T>::get();

		#[extrinsic_call]
		_(RawOrigin::Signed(creator.clone()), model, label(), symbol(), terms::<T>());

		assert_eq!(record::<T>(token)?.creator, creator);
		Ok(())
	}

	#[benchmark]
	fn buy_inference() -> Result<(), BenchmarkError> {
		let opened = opened::<T>()?;
		let (who, price) = consumer::<T>(&opened)?;
		let (_, _, version, token) = opened;
		T::BenchmarkHelper::crowd();
		let (input, forever) = (Cid::of_raw(b"rows"), u32::MAX.into());

		#[extrinsic_call]
		_(RawOrigin::Signed(who), version, input, 1, address::<T>(), 0, Balance::MAX, Balance::MAX, forever);

		assert_eq!(record::<T>(token)?.pending, price);
		Ok(())
	}

	#[benchmark]
	fn take_gifts() -> Result<(), BenchmarkError> {
		let (creator, _, _, token) = opened::<T>()?;
		give_back::<T>(&creator, token)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(creator), token);

		let record = record::<T>(token)?;
		assert_eq!(record.left, record.terms.supply);
		Ok(())
	}

	#[benchmark]
	fn close(n: Linear<0, { T::CloseLimit::get() }>) -> Result<(), BenchmarkError> {
		let (creator, _, _, token) = opened::<T>()?;
		give_back::<T>(&creator, token)?;
		for index in 0..n {
			T::BenchmarkHelper::leave(token, index);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(creator), token);

		// At the limit something may be left; the pool's own account counts.
		assert_eq!(Pools::<T>::contains_key(token), n.saturating_add(1) >= T::CloseLimit::get());
		Ok(())
	}

	#[benchmark]
	fn update_verified() -> Result<(), BenchmarkError> {
		let (_, model, _, token) = opened::<T>()?;
		let executor: T::AccountId = account("executor", 0, 0);
		fund::<T>(&executor)?;
		let Terms { held_out, held_out_rows, .. } = terms::<T>();
		let update = VerifiedUpdate {
			job: JobId(0),
			model,
			executor: executor.clone(),
			requested_at: u64::MAX,
			held_out,
			held_out_rows,
			performance: PPM,
		};
		let spared;

		#[block]
		{
			spared = <Pallet<T> as TokenPayments<T::AccountId>>::update_verified(update);
		}

		assert!(spared > 0);
		assert_eq!(spared, Pallet::<T>::spared_floor(WORK_ONE));
		assert_eq!(T::Tokens::balance(token.0, &executor), record::<T>(token)?.paid);
		Ok(())
	}

	#[benchmark]
	fn inference_ended() -> Result<(), BenchmarkError> {
		let opened = opened::<T>()?;
		let (who, price) = consumer::<T>(&opened)?;
		let (_, _, version, token) = opened;
		Pallet::<T>::buy_inference(
			RawOrigin::Signed(who.clone()).into(),
			version,
			Cid::of_raw(b"rows"),
			1,
			address::<T>(),
			0,
			Balance::MAX,
			Balance::MAX,
			u32::MAX.into(),
		)?;
		let job = Payments::<T>::iter_keys().next().ok_or("no payment")?;

		#[block]
		{
			<Pallet<T> as TokenPayments<T::AccountId>>::inference_ended(job, false);
		}

		let refunded = T::Tokens::balance(token.0, &who).saturating_sub(1);
		assert_eq!((refunded, record::<T>(token)?.pending), (price, 0));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
