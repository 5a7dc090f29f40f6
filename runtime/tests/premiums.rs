//! What a model's success is worth to it, from end to end: training is verified, the model's accuracy is measured by that, buyers
//! of its token pay a premium for it, and the premium buys the next training. Every coin is accounted for at every step.

#![allow(clippy::print_stdout, reason = "it prints what an owner gains that buys its own success")]

use crate::common::market::{
	account, buy, check, events, flows, launch, long_spec, record_version, request_funded, request_training,
	signed, spec, Books, Market, AUTHOR, HELD_OUT_ROWS, MODEL, OWNER, WORKERS,
};
use engram_math::{
	curve::WHOLE,
	fee::{mul_div_ceil, share_floor, split_cut},
};
use engram_primitives::{
	model::TrainingSpec,
	units::{Balance, ENGR, MILLI, PPM},
	JobId, TokenId, VersionId,
};
use engram_runtime::{
	configs::EXISTENTIAL_DEPOSIT, Assets, Balances, Curves, Emission, Jobs, Models, Runtime, RuntimeEvent,
	System, Treasury,
};
use frame_support::{assert_noop, assert_ok, traits::Get};
use pallet_curves::{Measurement, MetricCause, MetricChange};
use pallet_emission::Policy;
use sp_io::storage::{rollback_transaction, start_transaction};
use sp_keyring::Sr25519Keyring::{self, Bob, Ferdie, One, Two};

const CORRECT: u32 = 90;
/// The accuracy of the first version, in parts per million.
const ACCURACY: u32 = 900_000;
const BOUGHT: Balance = 1_000 * WHOLE;
/// What the escrow's training costs beside its reserve: less than the work is worth.
const FEE: Balance = 10 * ENGR;
const COIN: i128 = ENGR as i128;
/// Who take the seats of the model.
const SEATS: [Sr25519Keyring; 2] = [One, Two];
/// Of six seconds each.
const BLOCKS_OF_A_DAY: u128 = 14_400;
/// Nine tenths, at a quarter an epoch.
const STEPS: [(u32, MetricCause); 4] = [
	(250_000, MetricCause::Limited),
	(500_000, MetricCause::Limited),
	(750_000, MetricCause::Limited),
	(ACCURACY, MetricCause::Measured),
];

/// For 10^9 multiply-adds.
fn price_of_work() -> Balance {
	<Runtime as pallet_jobs::Config>::MaxFundedPrice::get()
}

fn least_fee() -> Balance {
	<Runtime as pallet_jobs::Config>::MinTrainingFee::get()
}

fn treasury() -> engram_runtime::AccountId {
	Treasury::account_id()
}

/// A token whose multiplier is all of the accuracy, of a model with a verified version of which nothing is counted yet.
fn launched() -> (Market, TokenId) {
	let mut market = Market::new(1_000 * ENGR);
	let token = market.block(|| launch(MODEL, [PPM, 0, 0, 0], 20_000));
	let version = market.train(None, CORRECT);
	market.read(|| {
		let job = Models::version(version).unwrap().job;
		let recorded = events().into_iter().find_map(|event| match event {
			RuntimeEvent::Models(pallet_models::Event::VersionRecorded {
				model,
				version,
				job,
				correct,
				held_out_rows,
				..
			}) => Some((model, version, job, correct, held_out_rows)),
			_ => None,
		});
		assert_eq!(recorded, Some((MODEL, version, job, CORRECT, HELD_OUT_ROWS)));
		let settled = events().into_iter().any(|event| {
			matches!(event, RuntimeEvent::Jobs(pallet_jobs::Event::TrainingSettled { job: of, version: Some(trained), .. })
				if (of, trained) == (job, version))
		});
		assert!(settled);
		assert_eq!(Curves::market(MODEL).measurement().map(|one| one.accuracy), Some(ACCURACY));
		assert_eq!(Curves::multiplier(token), Some(PPM));
	});
	(market, token)
}

/// Counts the accuracy in as many epochs as it takes.
fn refreshed(market: &mut Market, token: TokenId) {
	let refresh = || Curves::refresh_metrics(signed(Bob), token);
	market.end_epoch();
	let mut old = 0;
	for (new, cause) in STEPS {
		let epoch = market.block(|| {
			let books = Books::read();
			assert_ok!(refresh());
			assert_noop!(refresh(), pallet_curves::Error::<Runtime>::AlreadyRefreshed);
			assert_eq!(books.moved(), flows([]));
			Emission::epoch()
		});
		let unmeasured = MetricChange { old: 0, new: 0, measured: None, cause: MetricCause::Unmeasured };
		let accuracy = MetricChange { old, new, measured: Some(ACCURACY), cause };
		let multiplier = PPM + new;
		let changes = [accuracy, unmeasured, unmeasured, unmeasured];
		market.read(|| {
			let event =
				pallet_curves::Event::<Runtime>::MetricsRefreshed { token, epoch, changes, multiplier };
			System::assert_has_event(event.into());
			assert_eq!(Curves::multiplier(token), Some(multiplier));
		});
		old = new;
		market.end_epoch();
	}
}

/// Bob buys. Returns the premium.
fn bought(market: &mut Market, token: TokenId) -> Balance {
	let (quote, told) = market.read(|| {
		let quote = Curves::quote_buy(token, BOUGHT, 0).unwrap();
		(quote, Curves::quote_spend(token, quote.total, 0).unwrap())
	});
	market.block(|| {
		let before = Curves::curve(token).unwrap();
		let integral = before.curve.cost_ceil(&before.origin, &before.curve.spot(BOUGHT).unwrap()).unwrap();
		// .5 * 1,000 + .000001 * 1,000^2 coins, and nine tenths of it.
		assert_eq!((quote.value, integral), (501 * ENGR, 501 * ENGR));
		assert_eq!(quote.premium, mul_div_ceil(integral, ACCURACY.into(), PPM.into()).unwrap());
		assert_eq!(quote.premium, 4_509 * ENGR / 10);
		assert_eq!(quote.total, quote.value + quote.premium + quote.fee);
		assert_eq!((quote.limit, quote.price_before), (quote.total, before.price));

		// Who spends as much gets as much as it is told, for what it is told, the premium among it.
		start_transaction();
		let books = Books::read();
		assert_ok!(Curves::spend(signed(Bob), token, quote.total, told.limit, u32::MAX));
		let paid = told.total as i128;
		assert_eq!(books.moved(), flows([(account(Bob), -paid), (Curves::pot_account(token), paid)]));
		assert_eq!((Assets::balance(token.0, account(Bob)), told.limit), (told.amount, told.amount));
		assert_eq!(told.premium, mul_div_ceil(told.value, ACCURACY.into(), PPM.into()).unwrap());
		let after = Curves::curve(token).unwrap();
		let moved = (after.reserve, after.premium, after.fees, after.price);
		assert_eq!(moved, (told.value, told.premium, told.fee, told.price_after));
		rollback_transaction();

		let books = Books::read();
		assert_noop!(
			Curves::buy(signed(Bob), token, BOUGHT, quote.limit - 1, u32::MAX),
			pallet_curves::Error::<Runtime>::AboveMaxIn
		);
		buy(Bob, token, BOUGHT);
		let paid = quote.total as i128;
		assert_eq!(books.moved(), flows([(account(Bob), -paid), (Curves::pot_account(token), paid)]));
		assert_eq!(Assets::balance(token.0, account(Bob)), BOUGHT);
		let after = Curves::curve(token).unwrap();
		assert_eq!((after.reserve, after.premium, after.fees), (quote.value, quote.premium, quote.fee));
		let rise = after.price - before.price;
		assert_eq!(u128::from(quote.impact), mul_div_ceil(rise, PPM.into(), before.price).unwrap());
		assert_eq!(quote.price_after, after.price);
		// The multiplier is what buyers pay, and nothing that sellers get.
		let back = Curves::quote_sell(token, BOUGHT, 0).unwrap();
		assert_eq!((back.value, back.premium), (quote.value, 0));
		quote.premium
	})
}

/// Fees and premium go where they belong.
fn settled(market: &mut Market, token: TokenId, premium: Balance) {
	market.block(|| {
		let fees = Curves::curve(token).unwrap().fees;
		let creator = share_floor(fees, 300_000).unwrap();
		let burned = share_floor(fees, 350_000).unwrap();
		let to_treasury = fees - creator - burned;
		let (books, issuance) = (Books::read(), Balances::total_issuance());
		assert_ok!(Curves::settle(signed(Bob), token));
		let expected = [
			(Curves::pot_account(token), -((fees + premium) as i128)),
			(Jobs::model_escrow(MODEL), premium as i128),
			(account(OWNER), creator as i128),
			(treasury(), to_treasury as i128),
		];
		assert_eq!(books.moved(), flows(expected));
		assert_eq!(issuance - Balances::total_issuance(), burned);
		let after = Curves::curve(token).unwrap();
		assert_eq!((after.fees, after.premium), (0, 0));
		assert_eq!(Balances::free_balance(Jobs::model_escrow(MODEL)), premium);
		assert_noop!(Curves::settle(signed(Bob), token), pallet_curves::Error::<Runtime>::NothingToSettle);
	});
}

/// The owner buys training with the escrow. Only the owner can.
fn requested(market: &mut Market, premium: Balance) -> JobId {
	market.will_get_right(95);
	market.block(|| {
		let parent = Models::head_of(MODEL);
		let refused = request_funded(Ferdie, MODEL, parent, long_spec(), FEE);
		assert_eq!(refused, Err(pallet_jobs::Error::<Runtime>::NotModelOwner.into()));
		let limit = Jobs::funded_fee_limit(MODEL, long_spec()).unwrap();
		assert_eq!(limit, 13_610_080_272_384);
		let too_much = request_funded(OWNER, MODEL, parent, long_spec(), limit + 1);
		assert_eq!(too_much, Err(pallet_jobs::Error::<Runtime>::AboveFundedLimit.into()));
		let job = pallet_jobs::NextJobId::<Runtime>::get();
		let books = Books::read();
		assert_ok!(request_funded(OWNER, MODEL, parent, long_spec(), FEE));
		// The owner has paid the guarantee alone; all the rest is the escrow's, the deposit on hold on its own account.
		let (escrow, guarantee) = (Jobs::model_escrow(MODEL), Jobs::funded_guarantee_of(FEE).unwrap());
		let cost = Jobs::training_cost(FEE).unwrap();
		let paid = cost.fee + cost.reserve;
		let expected = [
			(account(OWNER), -(guarantee as i128)),
			(escrow.clone(), -(paid as i128)),
			(Jobs::escrow_account(), (paid + guarantee) as i128),
		];
		assert_eq!(books.moved(), flows(expected));
		assert_eq!(Balances::reserved_balance(&escrow), cost.deposit);
		assert_eq!(Balances::free_balance(&escrow), premium - paid - cost.deposit);
		assert_eq!(Jobs::job(job).unwrap().requester, escrow);
		job
	})
}

#[test]
fn a_verified_models_buyers_pay_for_its_training() {
	let (mut market, token) = launched();
	refreshed(&mut market, token);
	let premium = bought(&mut market, token);
	settled(&mut market, token, premium);
	let job = requested(&mut market, premium);

	let moved = market.close(job);
	let version = market.version_of(job);
	market.read(|| {
		let escrow = Jobs::model_escrow(MODEL);
		let cost = Jobs::training_cost(FEE).unwrap();
		let settled = events().into_iter().find_map(|event| match event {
			RuntimeEvent::Jobs(pallet_jobs::Event::TrainingSettled {
				worker, verifiers, refunded, ..
			}) => Some((worker, verifiers, refunded)),
			_ => None,
		});
		let (worker, verifiers, refunded) = settled.unwrap();
		let [(verifier, verified)] = &verifiers[..] else { panic!("one verifier is enough: {verifiers:?}") };
		assert_ne!(*verifier, worker);
		let guarantee = Jobs::funded_guarantee_of(FEE).unwrap();
		assert_eq!((*verified, refunded), (cost.verifier_pay, cost.reserve + guarantee));
		let cut = split_cut(cost.cut, Emission::policy().fees).unwrap();
		let expected = [
			(Jobs::escrow_account(), -((FEE + cost.reserve + guarantee) as i128)),
			(escrow.clone(), cost.reserve as i128),
			(account(OWNER), guarantee as i128),
			(worker, cost.executor as i128),
			(verifier.clone(), cost.verifier_pay as i128),
			(treasury(), cut.treasury as i128),
			(account(AUTHOR), cut.author as i128),
		];
		assert_eq!(moved, flows(expected));
		assert_eq!(cost.executor + cost.verifier_pay + cut.treasury + cut.author + cut.burned, FEE);

		// What the job left is in the escrow again, the deposit on hold until the record is removed.
		assert_eq!(Balances::reserved_balance(&escrow), cost.deposit);
		assert_eq!(Balances::free_balance(&escrow), premium - FEE - cost.deposit);
		let books = Books::read();
		assert_ok!(Jobs::remove(signed(OWNER), job));
		assert_eq!(books.moved(), flows([]));
		assert_eq!(Balances::reserved_balance(&escrow), 0);
		assert_eq!(Balances::free_balance(&escrow), premium - FEE);

		// And what it trained is measured in its turn: half of the errors of the version before are gone.
		assert_eq!(Models::version(version).unwrap().correct, 95);
		let measured = Curves::market(MODEL).measurement();
		let is = Measurement { version, accuracy: 950_000, improvement: Some(500_000) };
		assert_eq!(measured, Some(is));
		check();
	});
}

/// What the reference market of the live chains pays for its work: the fees of which its demand is kept, by what its workers compute
/// in a day.
#[test]
fn an_escrow_pays_the_price_of_work_in_the_reference_market() {
	let Policy { reference, fees, cut, .. } = Policy::default();
	let kept = u128::from(cut) * u128::from(fees.burn + fees.treasury);
	let spent = reference.demand * 1_000_000_000_000 / kept;
	let work = u128::from(reference.workers) * u128::from(reference.capacity) * BLOCKS_OF_A_DAY;
	let price = spent * 1_000_000_000 / work;
	assert_eq!((spent, price / MILLI * MILLI), (2_050_000 * ENGR, price_of_work()));
}

/// A version that is accurate on paper only: what nobody verified raises no price.
#[test]
fn without_verified_training_buyers_pay_the_integral_alone() {
	let mut market = Market::new(1_000 * ENGR);
	let token = market.block(|| launch(MODEL, [PPM, 0, 0, 0], 20_000));
	market.block(|| record_version(MODEL, None, CORRECT));
	market.end_epoch();
	market.block(|| {
		assert_ok!(Curves::refresh_metrics(signed(Bob), token));
		assert_eq!(Curves::multiplier(token), Some(PPM));
		let quote = Curves::quote_buy(token, BOUGHT, 0).unwrap();
		assert_eq!((quote.value, quote.premium), (501 * ENGR, 0));
		buy(Bob, token, BOUGHT);
		assert_ok!(Curves::settle(signed(Bob), token));
		assert_eq!(Balances::free_balance(Jobs::model_escrow(MODEL)), 0);
		let refused = request_funded(OWNER, MODEL, None, long_spec(), FEE);
		assert!(refused.is_err(), "an empty escrow buys nothing");
	});
	market.read(check);
}

/// What moved since the books were read: to the owner, and to all workers together.
fn gained(market: &mut Market, books: &Books) -> (i128, i128) {
	market.read(|| {
		let moved = books.moved();
		let of = |who| moved.get(&account(who)).copied().unwrap_or_default();
		(of(OWNER), WORKERS.map(of).into_iter().sum())
	})
}

/// What the work of a job costs, that of its executor and that of the one verifier who replays parts of it.
fn cost_of(spec: &TrainingSpec) -> i128 {
	let parameters = Models::model(MODEL).unwrap().architecture.parameters();
	let work = u128::from(spec.steps) * u128::from(spec.batch_size) * u128::from(parameters);
	let replayed = work * u128::from(spec.opened) / u128::from(spec.segments());
	(work + replayed) as i128 * price_of_work() as i128 / 1_000_000_000
}

/// A job that the escrow pays: what it brings workers, what they compute for it, and how often the premium pays for it.
struct Funded {
	paid: i128,
	cost: i128,
	times: i128,
}

/// Has the escrow pay for a job, whatever the limit of its fee. The owner stands for the inputs, and has that back.
fn funded(market: &mut Market, premium: Balance, spec: &TrainingSpec, fee: Balance) -> Funded {
	market.end_epoch();
	let books = market.read(Books::read);
	let job = market.block(|| {
		let (parent, job) = (Models::head_of(MODEL), pallet_jobs::NextJobId::<Runtime>::get());
		let refused = request_funded(OWNER, MODEL, parent, spec.clone(), fee);
		if refused.is_ok() {
			return job;
		}
		assert_eq!(refused, Err(pallet_jobs::Error::<Runtime>::AboveFundedLimit.into()));
		// Without the limit it were the same job, but for who pays in the guarantee.
		let (escrow, guarantee) = (Jobs::model_escrow(MODEL), Jobs::guarantee_of(fee).unwrap());
		assert_ok!(Balances::transfer_keep_alive(signed(OWNER), escrow.clone().into(), guarantee));
		request_training(escrow, MODEL, parent, spec.clone(), fee)
	});
	market.close(job);
	let (owner, paid) = gained(market, &books);
	assert_eq!(owner, 0);
	// The executor and a verifier got all but the cut.
	assert_eq!(paid, (fee - share_floor(fee, 50_000).unwrap()) as i128);
	Funded { paid, cost: market.read(|| cost_of(spec)), times: (premium / fee) as i128 }
}

/// What Bob pays in all for his tokens of a model whose accuracy counts. Before, something is done to spoil it, of which he sees to it
/// that it counts first.
fn paid_after(spoil: impl FnOnce(&mut Market, TokenId)) -> i128 {
	let (mut market, token) = launched();
	refreshed(&mut market, token);
	past_the_launch(&mut market, token);
	let books = market.read(Books::read);
	spoil(&mut market, token);
	for _ in STEPS {
		market.end_epoch();
		market.block(|| {
			assert_ok!(Curves::refresh_metrics(signed(Bob), token));
		});
	}
	market.block(|| buy(Bob, token, BOUGHT));
	market.read(|| {
		check();
		-books.moved()[&account(Bob)]
	})
}

/// Somebody has the model trained, for the least fee, to so many right of a hundred. Returns the version, which is the head.
fn trained_on(market: &mut Market, buyer: Sr25519Keyring, correct: u32) -> VersionId {
	market.will_get_right(correct);
	let job = market.block(|| request_training(account(buyer), MODEL, None, spec(), least_fee()));
	market.close(job);
	let version = market.version_of(job);
	market.read(|| {
		assert_eq!(Models::version(version).unwrap().correct, correct);
		assert_eq!(Models::head_of(MODEL), Some(version));
	});
	version
}

/// Nobody stands for the model. Two who buy a token each have the say, and a whole roll back later the model serves its first version
/// again, if they sign one.
fn seats(market: &mut Market, token: TokenId, roll_back: bool) {
	let first = market.read(|| Models::versions_of(MODEL)[0]);
	for who in SEATS {
		market.block(|| {
			buy(who, token, WHOLE);
			assert_ok!(Models::stand(signed(who), MODEL, WHOLE));
		});
	}
	let (period, delay) = market.read(|| {
		let period = <Runtime as pallet_models::Config>::StandingPeriod::get();
		(period, <Runtime as pallet_models::Config>::RollbackDelay::get())
	});
	market.pass(period);
	market.block(|| {
		for who in SEATS {
			assert_ok!(Models::take_seat(signed(who), MODEL));
			if roll_back {
				assert_ok!(Models::request_rollback(signed(who), MODEL, first));
			}
		}
	});
	market.pass(delay);
	if roll_back {
		market.block(|| {
			assert_ok!(Models::enact_rollback(signed(Bob), MODEL).map_err(|error| error.error));
			assert_eq!(Models::head_of(MODEL), Some(first));
		});
	}
}

/// A buyer has a stranger's version made of the model, and with two accounts that have the say has it go back to the one that was
/// measured, before a large purchase: the measurement of what serves counts, as it did before. If the owner's own training is undone,
/// buyers pay by what was measured of the version that serves again, and no more.
#[test]
fn a_roll_back_spares_no_premium_but_that_of_what_it_undoes() {
	let paid = |buyer, correct, roll_back, forget: bool| {
		paid_after(|market, token| {
			trained_on(market, buyer, correct);
			seats(market, token, roll_back);
			if forget {
				market.read(|| {
					pallet_curves::Markets::<Runtime>::mutate(MODEL, |market| {
						market.measured = Default::default()
					});
				});
			}
		})
	};
	let honest = paid(Bob, 0, false, false);
	assert_eq!(honest, paid(Bob, 0, true, false));
	// The control: were nothing known after a roll back, nobody would pay a premium.
	let unknown = honest - paid(Bob, 0, true, true);
	// 95 % were measured, 90 % are again.
	let undone = paid(OWNER, 95, false, false) - paid(OWNER, 95, true, false);
	let coins = |amount: i128| amount as f64 / COIN as f64;
	println!(
		"who has the say saves {:.3} by undoing what is better, {:.3} if nothing were known then",
		coins(undone),
		coins(unknown)
	);
	// Of .500004 * 1,000 + .000001 * 1,000^2 coins.
	let value = 501_004 * COIN / 1_000;
	assert_eq!((undone, unknown), (value / 20, value * 9 / 10));
}

/// A buyer has the model trained to nothing before a large purchase, so that there is no success to pay a premium for.
#[test]
fn a_buyer_that_spoils_the_success_pays_the_premium_all_the_same() {
	let worthless = |buyer| {
		paid_after(|market, _| {
			trained_on(market, buyer, 0);
		})
	};
	let honest = paid_after(|_, _| ());
	let spoilt = worthless(Bob);
	// The control: if the owner buys that training, it counts, and nobody pays a premium.
	let counted = worthless(OWNER);
	let coins = |amount: i128| amount as f64 / COIN as f64;
	println!(
		"Bob saves {:.3} by a worthless training of his own, {:.3} by one of the owner's",
		coins(honest - spoilt),
		coins(honest - counted)
	);
	assert_eq!(honest - spoilt, -(least_fee() as i128));
	assert_eq!(honest - counted, 4_509 * COIN / 10);
}

/// Goes on until a purchase costs no more for coming early.
fn past_the_launch(market: &mut Market, token: TokenId) {
	let window = market.read(|| Curves::curve(token).unwrap().terms.fees.launch_window);
	market.pass(window as u32);
}

/// Bob buys from a model of which nothing is known. What that brings the owner.
fn unknown() -> i128 {
	let mut market = Market::new(1_000 * ENGR);
	let token = market.block(|| launch(MODEL, [PPM, 0, 0, 0], 20_000));
	past_the_launch(&mut market, token);
	let books = market.read(Books::read);
	market.block(|| buy(Bob, token, BOUGHT));
	settled(&mut market, token, 0);
	let (owner, workers) = gained(&mut market, &books);
	assert_eq!(workers, 0);
	owner
}

/// An owner buys training that it judges by rows of its own, and spends the premium that others pay for it on training by its own
/// workers. Nothing is left to the luck of draws: of what workers are paid, and of what their work costs, their share of the draws
/// is the owner's.
#[test]
fn an_owner_that_buys_its_own_success_loses() {
	let honest = unknown();
	let mut market = Market::new(1_000 * ENGR);
	let token = market.block(|| launch(MODEL, [PPM, 0, 0, 0], 20_000));
	let books = market.read(Books::read);
	market.train(None, CORRECT);
	refreshed(&mut market, token);
	past_the_launch(&mut market, token);
	let premium = bought(&mut market, token);
	settled(&mut market, token, premium);
	let (owner, paid) = gained(&mut market, &books);
	// A training of ten coins, 95 % of which workers got. The fees of the trade are what they are without success.
	assert_eq!((owner - honest, paid), (-10 * COIN, 95 * COIN / 10));
	let own = Funded { paid, cost: market.read(|| cost_of(&spec())), times: 1 };

	market.will_get_right(CORRECT);
	// What else the escrow has on hold: a deposit, and a reserve of three tenths of the fee.
	let deposit = <Runtime as pallet_jobs::Config>::JobDeposit::get() + EXISTENTIAL_DEPOSIT;
	let all = funded(&mut market, premium, &spec(), (premium - deposit) * 10 / 13);
	let many = funded(&mut market, premium, &spec(), least_fee());
	let limit = market.read(|| Jobs::funded_fee_limit(MODEL, long_spec()).unwrap());
	let wage = funded(&mut market, premium, &long_spec(), limit);

	// What the owner gains with such a share of draws, in thousandths, if work costs such a part of its price.
	let gains = |jobs: &Funded, share: i128, cost: i128| {
		let mine = |it: &Funded| it.times * (it.paid - it.cost * cost / 1_000) * share / 1_000;
		owner - honest + mine(&own) + mine(jobs)
	};
	let coins = |amount: i128| amount as f64 / COIN as f64;
	println!("premium {}, limit {} a job", coins(premium as i128), coins(limit as i128));
	for share in [100, 200, 333, 500, 1_000] {
		let [wage, all, many] = [&wage, &all, &many].map(|jobs| gains(jobs, share, 1_000));
		println!(
			"{share} of 1,000 draws: gains {:.3} at the limit; {:.3} at any fee; {:.3} in jobs of the least fee",
			coins(wage),
			coins(all),
			coins(many)
		);
		assert!(wage < 0, "{share}: {wage}");
		// Without the limit it pays, at once or in many small jobs.
		assert!(all > 0 && many > 0, "{share}: {all}, {many}");
	}
	// What work may cost less than its price before all of this pays.
	let dearest = |share| (0..=1_000).rev().find(|cost| gains(&wage, share, *cost) > 0);
	println!("it pays whose work costs, of 1,000: {:?}", [100, 200, 333, 500].map(dearest));
	market.read(check);
}
