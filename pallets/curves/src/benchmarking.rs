//! Benchmarks of the calls, each at its declared bounds.

use crate::{pallet::*, types::*, ClaimsOf, History, Sample, MAX_SAMPLES};
use engram_math::{
	curve::{Parameters, Shape, WHOLE},
	market::{FeeSchedule, Limits},
};
use engram_primitives::{
	economy::METRICS,
	label::{Label, Symbol, MAX_LABEL, MAX_SYMBOL},
	market::TokenPools,
	units::{Balance, ENGR, PPM},
	ModelId, TokenId, VersionId,
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
	/// An open model without a token, and its owner.
	fn model() -> (AccountId, ModelId);
	/// A version of that model, trained on as many contributions as can be, which are enough.
	fn version(model: ModelId) -> VersionId;
	/// The running epoch ends.
	fn next_epoch();
	/// An account that has none of the tokens keeps an empty account of them and an approval.
	fn leave(token: TokenId, index: u32);
}

/// The dearest shape: every point of it is two exponentials and a logarithm.
fn sigmoid<T: Config>() -> Parameters {
	Parameters {
		shape: Shape::Sigmoid { midpoint: 300_000u128.saturating_mul(WHOLE) },
		price: T::Bounds::get().least_price.saturating_mul(1_000_000_000),
		angle: 5_000_000_000_000,
		max_supply: 1_000_000u128.saturating_mul(WHOLE),
	}
}

/// As wide as the bounds allow.
fn terms<T: Config>() -> Terms {
	let bounds = T::Bounds::get();
	let base = bounds.most_fee.saturating_sub(bounds.least_launch_fee).checked_div(2).unwrap_or_default();
	let kept = u64::from(base).saturating_mul(PPM.saturating_sub(T::FeeShares::get().creator).into());
	let kept = u32::try_from(kept.checked_div(PPM.into()).unwrap_or_default()).unwrap_or(u32::MAX);
	let lock_up = bounds.release.0.max(u32::try_from(bounds.launch_window.0).unwrap_or(u32::MAX));
	Terms {
		creator_share: bounds.most_creator_share,
		lock_up,
		vesting: bounds.release.1.saturating_sub(lock_up),
		burn_rate: bounds.most_burn_rate,
		fees: FeeSchedule {
			base,
			slope: bounds.most_slope,
			cap: base.saturating_add(bounds.least_launch_fee),
			// With the cap it is what the bounds allow.
			launch: base,
			launch_window: bounds.launch_window.0,
		},
		limits: Limits {
			per_block: kept.saturating_sub(1),
			per_window: kept,
			window: bounds.window.0.max(bounds.launch_window.0),
			threshold: PPM,
			rebound: 0,
			least_factor: bounds.least_factor,
		},
		weights: [PPM.checked_div(4).unwrap_or_default(); METRICS],
		bond: bounds.least_bond,
		graduation: bounds.least_graduation,
		emission: WHOLE,
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

fn claims<T: Config>() -> ClaimsOf<T> {
	let mut claims = ClaimsOf::<T>::new();
	for index in 0..MAX_CLAIMS {
		let beneficiary = account("beneficiary", index, 0);
		let _ = claims.try_push(LockedClaim { beneficiary, kind: ClaimKind::Stakeholder, amount: 1 });
	}
	claims
}

fn fund<T: Config>(who: &T::AccountId) -> Result<(), BenchmarkError> {
	let amount = 100_000_000u128.saturating_mul(ENGR);
	T::Currency::mint_into(who, amount.max(T::Currency::minimum_balance()))?;
	Ok(())
}

/// A curve of terms, and its creator.
fn launched_with<T: Config>(terms: Terms) -> Result<(T::AccountId, TokenId), BenchmarkError> {
	let (creator, model) = T::BenchmarkHelper::model();
	fund::<T>(&creator)?;
	let token = NextToken::<T>::get();
	Pallet::<T>::do_launch(creator.clone(), model, label(), symbol(), sigmoid::<T>(), terms, claims::<T>())?;
	Ok((creator, token))
}

fn launched<T: Config>() -> Result<(T::AccountId, TokenId), BenchmarkError> {
	launched_with::<T>(terms::<T>())
}

/// A curve with a full history and every metric at one, of a model of which as much is measured as can be, and somebody with money.
/// The price has fallen by a bit, so that a purchase lowers the fee, which is the most to compute for who spends.
fn traded<T: Config>() -> Result<(T::AccountId, TokenId), BenchmarkError> {
	let (_, token) = launched::<T>()?;
	let who: T::AccountId = whitelisted_caller();
	fund::<T>(&who)?;
	Markets::<T>::mutate(record::<T>(token)?.model, |market| {
		for version in 0..MAX_MEASUREMENTS {
			market.trained(VersionId(version.into()), PPM);
		}
	});
	Curves::<T>::mutate(token, |record| {
		if let Some(record) = record {
			record.metrics = [PPM; METRICS];
			let price = record.price.saturating_add(record.price.checked_div(100).unwrap_or_default());
			let mut samples = BoundedVec::new();
			for slot in 0..MAX_SAMPLES {
				let _ = samples.try_push(Sample { slot, price });
			}
			let slots = record.history.slot_length.saturating_mul(MAX_SAMPLES);
			record.history = History { samples, ..record.history.clone() };
			frame_system::Pallet::<T>::set_block_number(slots.into());
		}
	});
	Ok((who, token))
}

/// Somebody who has tokens of it.
fn bought<T: Config>() -> Result<(T::AccountId, TokenId), BenchmarkError> {
	let (who, token) = traded::<T>()?;
	Pallet::<T>::do_buy(who.clone(), token, WHOLE, Balance::MAX, forever::<T>())?;
	Ok((who, token))
}

/// A curve whose reserve is that of its graduation, a version that lets it graduate, and somebody with tokens and money.
fn ripe<T: Config>() -> Result<(T::AccountId, TokenId, VersionId), BenchmarkError> {
	let (who, token) = bought::<T>()?;
	let mut ripe = record::<T>(token)?;
	let Terms { graduation, .. } = ripe.terms;
	T::Currency::mint_into(&Pallet::<T>::pot_of(token), graduation)?;
	ripe.pay_in(graduation).map_err(|_| BenchmarkError::Stop("no room for a reserve"))?;
	Curves::<T>::insert(token, ripe);
	let version = T::BenchmarkHelper::version(record::<T>(token)?.model);
	fund::<T>(&T::Treasury::get())?;
	Ok((who, token, version))
}

fn forever<T: Config>() -> frame_system::pallet_prelude::BlockNumberFor<T> {
	u32::MAX.into()
}

fn record<T: Config>(token: TokenId) -> Result<crate::CurveRecordOf<T>, BenchmarkError> {
	Ok(Curves::<T>::get(token).ok_or("no curve")?)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn launch() -> Result<(), BenchmarkError> {
		let (creator, model) = T::BenchmarkHelper::model();
		fund::<T>(&creator)?;
		let token = NextToken::<T>::get();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(creator.clone()),
			model,
			label(),
			symbol(),
			sigmoid::<T>(),
			terms::<T>(),
			claims::<T>(),
		);

		assert_eq!(record::<T>(token)?.creator, creator);
		Ok(())
	}

	#[benchmark]
	fn buy() -> Result<(), BenchmarkError> {
		let (who, token) = traded::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), token, WHOLE, Balance::MAX, forever::<T>());

		assert_eq!(T::Tokens::balance(token.0, &who), WHOLE);
		Ok(())
	}

	#[benchmark]
	fn spend() -> Result<(), BenchmarkError> {
		let (who, token) = traded::<T>()?;
		// So much that it moves the price, and the fee.
		let payment = 1_000u128.saturating_mul(ENGR);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), token, payment, 1, forever::<T>());

		assert!(T::Tokens::balance(token.0, &who) > 0);
		Ok(())
	}

	#[benchmark]
	fn sell() -> Result<(), BenchmarkError> {
		let (who, token) = bought::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), token, WHOLE, 0, forever::<T>());

		assert_eq!(T::Tokens::balance(token.0, &who), 0);
		Ok(())
	}

	#[benchmark]
	fn settle() -> Result<(), BenchmarkError> {
		let (who, token) = bought::<T>()?;
		fund::<T>(&Pallet::<T>::pot_of(token))?;
		fund::<T>(&T::Treasury::get())?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), token);

		assert_eq!(record::<T>(token)?.fees, 0);
		Ok(())
	}

	#[benchmark]
	fn refresh_metrics() -> Result<(), BenchmarkError> {
		let (who, token) = traded::<T>()?;
		T::BenchmarkHelper::next_epoch();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), token);

		assert!(record::<T>(token)?.metrics != [PPM; METRICS]);
		Ok(())
	}

	#[benchmark]
	fn release() -> Result<(), BenchmarkError> {
		let (who, token) = traded::<T>()?;
		let past = T::Bounds::get().release.1.saturating_add(record::<T>(token)?.launched_at);
		frame_system::Pallet::<T>::set_block_number(past.into());

		#[extrinsic_call]
		_(RawOrigin::Signed(who), token);

		let record = record::<T>(token)?;
		assert_eq!(record.released, record.initial);
		Ok(())
	}

	#[benchmark]
	fn close(n: Linear<0, { T::CloseLimit::get() }>) -> Result<(), BenchmarkError> {
		let (creator, token) = launched_with::<T>(Terms { creator_share: 0, ..terms::<T>() })?;
		fund::<T>(&T::Treasury::get())?;
		fund::<T>(&Pallet::<T>::pot_of(token))?;
		for index in 0..n {
			T::BenchmarkHelper::leave(token, index);
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(creator), token);

		// At the limit something may be left.
		assert_eq!(Curves::<T>::contains_key(token), n >= T::CloseLimit::get());
		Ok(())
	}

	#[benchmark]
	fn graduate() -> Result<(), BenchmarkError> {
		let (who, token, version) = ripe::<T>()?;
		let account = T::Pools::pool_account(token);
		fund::<T>(&account)?;
		T::Tokens::transfer(token.0, &who, &account, 1, Preservation::Preserve)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), token, version);

		assert_eq!(record::<T>(token)?.state, CurveState::Graduated);
		Ok(())
	}

	#[benchmark]
	fn claim() -> Result<(), BenchmarkError> {
		let (who, token, version) = ripe::<T>()?;
		Pallet::<T>::do_graduate(who.clone(), token, version)?;
		T::BenchmarkHelper::next_epoch();
		let beneficiary: T::AccountId = account("beneficiary", 0, 0);
		fund::<T>(&beneficiary)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(who), token, 0);

		assert_eq!(T::Tokens::balance(token.0, &beneficiary), 1);
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::ExtBuilder.build(), crate::mock::Test);
}
