//! A runtime with balances, assets and this pallet, and a small market of pools of two constant products.

use crate as pallet_baskets;
use crate::{
	pallet::*, Amounts, Asset, BasketRecordOf, BasketState, Bounds, Component, Components, Constituent,
	FeeShares, Targets, Terms,
};
use codec::Encode;
use engram_math::{curve::WHOLE, fixed::ATTO};
use engram_primitives::{
	economy::{BurnCause, Burns},
	label::{Label, Symbol},
	market::TokenMarket,
	units::{Balance, ENGR, MILLI},
	TokenId, FIRST_BASKET_TOKEN, FIRST_TOKEN,
};
use frame_support::{
	derive_impl, parameter_types,
	storage::{unhashed, with_storage_layer},
	traits::{
		fungible::{hold::Inspect as _, Inspect as _, Mutate as _},
		fungibles::Inspect as _,
		tokens::Preservation,
		AsEnsureOriginWithArg, ConstU128, ConstU32,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use sp_runtime::{traits::IdentityLookup, AccountId32, BuildStorage, DispatchError, DispatchResult};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) type AccountId = AccountId32;
type Block = frame_system::mocking::MockBlock<Test>;

/// Creates and governs the basket.
pub(crate) const CREATOR: AccountId = AccountId::new([1; 32]);
pub(crate) const ALICE: AccountId = AccountId::new([2; 32]);
pub(crate) const BOB: AccountId = AccountId::new([3; 32]);
pub(crate) const CAROL: AccountId = AccountId::new([4; 32]);
/// Has coins and no tokens.
pub(crate) const DAVE: AccountId = AccountId::new([5; 32]);
/// Has no account.
pub(crate) const NOBODY: AccountId = AccountId::new([6; 32]);
/// Owns the tokens, as a curve's account does.
pub(crate) const ISSUER: AccountId = AccountId::new([7; 32]);
/// The other side of every trade, but for tokens that have graduated.
pub(crate) const MARKET: AccountId = AccountId::new([8; 32]);
/// The other side of trades in those.
pub(crate) const POOL: AccountId = AccountId::new([11; 32]);
pub(crate) const TREASURY: AccountId = AccountId::new([9; 32]);

pub(crate) const ED: Balance = MILLI;
pub(crate) const RICHES: Balance = 10_000_000 * ENGR;
/// Tokens that the rich have of each.
pub(crate) const TOKENS: Balance = 1_000_000 * WHOLE;
/// What accounts have in all at genesis.
pub(crate) const GENESIS: Balance = 7 * RICHES + ED;
pub(crate) const BASKET: TokenId = FIRST_BASKET_TOKEN;
pub(crate) const ONE: u32 = 1_000_000;
pub(crate) const BASE_DEPOSIT: Balance = 100 * MILLI;
pub(crate) const BYTE_DEPOSIT: Balance = MILLI / 10;
pub(crate) const CREATION_FEE: Balance = 10 * ENGR;
pub(crate) const ACCOUNT_DEPOSIT: Balance = 2 * MILLI;
pub(crate) const CLOSE_LIMIT: u32 = 3;
/// Blocks of a week, were a block an hour.
pub(crate) const WEEK: u32 = 168;
pub(crate) const AGE: u32 = 4;
pub(crate) const LIFE: u32 = 10;
/// The market's fee, in parts per million.
pub(crate) const FEE: u128 = 3_000;
/// Tokens and coins in each pool at the beginning: a token costs half a coin.
pub(crate) const DEPTH: Balance = 200_000;

pub(crate) const BOUNDS: Bounds = Bounds {
	most_trading_fee: 50_000,
	most_rebalancing_fee: 20_000,
	slippage: (1_000, 100_000),
	most_premium: ONE,
};

/// 1 % of what is minted and redeemed, .5 % of what is rebalanced, 2 % of slippage, and whatever buyers pay above the price.
pub(crate) const TERMS: Terms =
	Terms { trading_fee: 10_000, rebalancing_fee: 5_000, slippage: 20_000, most_premium: ONE };

/// Nobody is charged for minting and redeeming.
pub(crate) const FREE: Terms = Terms { trading_fee: 0, ..TERMS };

pub(crate) const A: TokenId = FIRST_TOKEN;
pub(crate) const B: TokenId = TokenId(FIRST_TOKEN.0 + 1);
pub(crate) const C: TokenId = TokenId(FIRST_TOKEN.0 + 2);
/// Tokens that trade.
pub(crate) const TRADED: u32 = 8;
/// A token that trades nowhere.
pub(crate) const STRAY: TokenId = TokenId(FIRST_TOKEN.0 + TRADED);

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;

	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;

	#[runtime::pallet_index(2)]
	pub type Assets = pallet_assets;

	#[runtime::pallet_index(3)]
	pub type Sets = pallet_baskets;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type DbWeight = frame_support::weights::constants::RocksDbWeight;
	type MaxConsumers = ConstU32<32>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<ED>;
	type AccountStore = System;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type AssetId = u32;
	type AssetIdParameter = u32;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type StringLimit = ConstU32<64>;
	type AssetAccountDeposit = ConstU128<ACCOUNT_DEPOSIT>;
	type MetadataDepositBase = ConstU128<MILLI>;
	type MetadataDepositPerByte = ConstU128<1_000>;
	type Freezer = ();
	type Holder = ();
}

parameter_types! {
	/// What the ledger of burns was told.
	pub static Burned: Balance = 0;
	pub static Limits: Bounds = BOUNDS;
	pub static Shares: FeeShares = FeeShares { governor: 600_000, burn: 400_000 };
	pub static Period: u32 = WEEK;
	pub static Ages: u32 = AGE;
	pub static Lives: u32 = LIFE;
	pub static Closing: u32 = CLOSE_LIMIT;
	/// Tokens that have no price and no trades.
	pub static Halted: BTreeSet<TokenId> = BTreeSet::new();
	/// Tokens that have a price, and whose trades are refused.
	pub static Refused: BTreeSet<TokenId> = BTreeSet::new();
	/// Tokens of which the market takes more, or gives less, than it says.
	pub static Crooked: BTreeSet<TokenId> = BTreeSet::new();
	/// Tokens whose curve has become a pool.
	pub static Graduated: BTreeSet<TokenId> = BTreeSet::new();
	/// What buyers of a token pay above its price for the success of its model, in parts per million; `M - 1`.
	pub static Premiums: BTreeMap<TokenId, u32> = BTreeMap::new();
	/// What the market says is safe. By default it is everything, so that what baskets allow counts alone.
	pub static Safe: u32 = ONE;
	/// The largest trade that the market takes, in coins.
	pub static MostTraded: Balance = Balance::MAX;
	pub const BasketsPalletId: PalletId = PalletId(*b"engr/bsk");
	pub TreasuryAccount: AccountId = TREASURY;
}

pub struct FakeLedger;

impl Burns for FakeLedger {
	fn burned(cause: BurnCause, amount: u128) {
		assert_eq!(cause, BurnCause::TradeFee);
		Burned::mutate(|sum| *sum += amount);
	}
}

/// A pool for each token: its tokens and its coins, whose product no trade lowers. A trade pays the fee to the pool.
/// What a purchase costs above the price goes to the market, and to no pool.
pub struct Pools;

impl Pools {
	fn key(token: TokenId) -> Vec<u8> {
		[b"pool".to_vec(), token.0.to_le_bytes().to_vec()].concat()
	}

	pub(crate) fn get(token: TokenId) -> (Balance, Balance) {
		unhashed::get(&Self::key(token)).unwrap()
	}

	pub(crate) fn set(token: TokenId, tokens: Balance, coins: Balance) {
		unhashed::put(&Self::key(token), &(tokens, coins));
	}

	/// The curve of a token closes for good. A pool of a tenth of its depth goes on at its last price.
	pub(crate) fn graduate(token: TokenId) {
		let (tokens, coins) = Self::get(token);
		let (tokens, coins) = (tokens / 10, coins / 10);
		Balances::transfer(&MARKET, &POOL, coins, Preservation::Preserve).unwrap();
		Assets::transfer_tokens(token, &MARKET, &POOL, tokens).unwrap();
		Self::set(token, tokens, coins);
		Graduated::mutate(|graduated| graduated.insert(token));
	}

	fn account(token: TokenId) -> AccountId {
		if Graduated::get().contains(&token) {
			POOL
		} else {
			MARKET
		}
	}

	/// `M`, in parts per million.
	fn multiplier(token: TokenId) -> Balance {
		1_000_000 + Balance::from(Premiums::get().get(&token).copied().unwrap_or_default())
	}

	fn opens(token: TokenId, coins: Balance) -> DispatchResult {
		let shut = Halted::get().contains(&token) || Refused::get().contains(&token);
		if shut || coins > MostTraded::get() || !unhashed::exists(&Self::key(token)) {
			return Err("refused".into());
		}
		Ok(())
	}
}

impl TokenMarket<AccountId> for Pools {
	fn token_price(token: TokenId) -> Option<u128> {
		let (tokens, coins) = unhashed::get::<(Balance, Balance)>(&Self::key(token))?;
		(!Halted::get().contains(&token)).then(|| coins * (ATTO / 1_000_000) / (tokens / 1_000_000))
	}

	fn asking_price(token: TokenId) -> Option<u128> {
		let price = Self::token_price(token)?;
		Some((price * Self::multiplier(token)).div_ceil(1_000_000))
	}

	fn safe_slippage(_: TokenId) -> u32 {
		Safe::get()
	}

	fn spend_on_tokens(
		who: &AccountId,
		token: TokenId,
		pay: Balance,
		least: Balance,
	) -> Result<(Balance, Balance), DispatchError> {
		Self::opens(token, pay)?;
		let (tokens, coins) = Self::get(token);
		let value = mul_div(pay, 1_000_000, Self::multiplier(token));
		let net = value - (value * FEE).div_ceil(1_000_000);
		let mut bought = mul_div(tokens, net, coins + net);
		if bought < least {
			return Err("too dear".into());
		}
		let mut taken = pay;
		if Crooked::get().contains(&token) {
			bought /= 2;
			taken += 1;
		}
		Self::set(token, tokens - bought, coins + value);
		Balances::transfer(who, &Self::account(token), taken, Preservation::Preserve)?;
		Assets::transfer_tokens(token, &Self::account(token), who, bought)?;
		Ok((pay, bought))
	}

	fn sell_tokens(
		who: &AccountId,
		token: TokenId,
		amount: Balance,
		least: Balance,
	) -> Result<Balance, DispatchError> {
		let (tokens, coins) = Self::get(token);
		let gross = mul_div(coins, amount, tokens + amount);
		Self::opens(token, gross)?;
		let mut net = gross - (gross * FEE).div_ceil(1_000_000);
		if net < least {
			return Err("too cheap".into());
		}
		if Crooked::get().contains(&token) {
			net /= 2;
		}
		Self::set(token, tokens + amount, coins - net);
		Assets::transfer_tokens(token, who, &Self::account(token), amount)?;
		Balances::transfer(&Self::account(token), who, net, Preservation::Preserve)?;
		Ok(net)
	}
}

fn mul_div(a: Balance, b: Balance, c: Balance) -> Balance {
	engram_math::fee::mul_div_floor(a, b, c).unwrap()
}

/// Moving tokens, by a name that no trait of assets has.
trait TransferTokens {
	fn transfer_tokens(token: TokenId, from: &AccountId, to: &AccountId, amount: Balance) -> DispatchResult;
}

impl TransferTokens for Assets {
	fn transfer_tokens(token: TokenId, from: &AccountId, to: &AccountId, amount: Balance) -> DispatchResult {
		<Self as frame_support::traits::fungibles::Mutate<AccountId>>::transfer(
			token.0,
			from,
			to,
			amount,
			Preservation::Expendable,
		)?;
		Ok(())
	}
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper<AccountId> for Helper {
	fn token(who: &AccountId, index: u32) -> TokenId {
		let token = TokenId(FIRST_TOKEN.0 + index);
		<Assets as frame_support::traits::fungibles::Mutate<_>>::mint_into(token.0, who, 10_000 * WHOLE)
			.unwrap();
		token
	}

	fn restrain(_: TokenId) {
		MostTraded::set(ENGR / 8);
	}

	fn graduate(token: TokenId) -> u32 {
		Pools::graduate(token);
		FEE as u32
	}

	fn leave(basket: TokenId, index: u32) {
		let depositor = frame_benchmarking::account::<AccountId>("left", index, 0);
		Balances::mint_into(&depositor, 1_000 * ENGR).unwrap();
		let origin = RuntimeOrigin::signed(depositor);
		Assets::touch(origin.clone(), basket.0).unwrap();
		Assets::approve_transfer(origin, basket.0, BOB, 1).unwrap();
	}
}

impl pallet_baskets::Config for Test {
	type Currency = Balances;
	type Tokens = Assets;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Market = Pools;
	type Burns = FakeLedger;
	type Treasury = TreasuryAccount;
	type PalletId = BasketsPalletId;
	type Bounds = Limits;
	type FeeShares = Shares;
	type CreationFee = ConstU128<CREATION_FEE>;
	type RebalancePeriod = Period;
	type PriceAge = Ages;
	type PriceLife = Lives;
	type DepositBase = ConstU128<BASE_DEPOSIT>;
	type DepositPerByte = ConstU128<BYTE_DEPOSIT>;
	type CloseLimit = Closing;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
	type WeightInfo = ();
}

#[derive(Default)]
pub(crate) struct ExtBuilder;

impl ExtBuilder {
	pub(crate) fn build(self) -> sp_io::TestExternalities {
		// A test before this one on the same thread may have changed them.
		Burned::set(0);
		Limits::set(BOUNDS);
		Shares::set(FeeShares { governor: 600_000, burn: 400_000 });
		Period::set(WEEK);
		Ages::set(AGE);
		Lives::set(LIFE);
		Closing::set(CLOSE_LIMIT);
		Halted::set(BTreeSet::new());
		Refused::set(BTreeSet::new());
		Crooked::set(BTreeSet::new());
		Graduated::set(BTreeSet::new());
		Premiums::set(BTreeMap::new());
		MostTraded::set(Balance::MAX);
		Safe::set(ONE);
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		let rich = [CREATOR, ALICE, BOB, CAROL, DAVE, ISSUER, MARKET].map(|who| (who, RICHES));
		pallet_balances::GenesisConfig::<Test> {
			balances: rich.into_iter().chain([(TREASURY, ED)]).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let ids = FIRST_TOKEN.0..=STRAY.0;
		let holders = [CREATOR, ALICE, BOB, CAROL, MARKET];
		pallet_assets::GenesisConfig::<Test> {
			assets: ids.clone().map(|id| (id, ISSUER, false, 1)).collect(),
			accounts: ids.flat_map(|id| holders.clone().map(|who| (id, who, TOKENS))).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let mut ext = sp_io::TestExternalities::new(storage);
		ext.execute_with(|| {
			System::set_block_number(1);
			for index in 0..TRADED {
				Pools::set(TokenId(FIRST_TOKEN.0 + index), DEPTH * WHOLE, DEPTH / 2 * ENGR);
			}
		});
		ext
	}

	pub(crate) fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			check();
		});
	}

	/// With the basket of two tokens.
	pub(crate) fn created(terms: Terms, test: impl FnOnce()) {
		Self.build_and_execute(|| {
			create(two(), terms).unwrap();
			test();
		});
	}

	/// With shares, all of them Alice's, after the trading fee.
	pub(crate) fn minted(terms: Terms, shares: Balance, test: impl FnOnce()) {
		Self::created(terms, || {
			mint(&ALICE, shares).unwrap();
			test();
		});
	}
}

/// Every invariant, and what only a closed world has: the account of the basket has what its books say and the gifts that
/// [`donate`] made it, and accounts sum to the issuances.
pub(crate) fn check() {
	Sets::do_try_state().unwrap();
	if let Some(record) = Baskets::<Test>::get(BASKET).filter(|record| record.state == BasketState::Open) {
		let given: Vec<_> = record.books().map(|(asset, _)| given(asset)).collect();
		assert_eq!(gifts(), given, "what an account has is not what its books say, and gifts");
	}
	let ids = (FIRST_TOKEN.0..=STRAY.0).chain(Baskets::<Test>::iter_keys().map(|basket| basket.0));
	for id in ids {
		let sum: Balance = pallet_assets::Account::<Test>::iter_prefix(id).map(|(_, row)| row.balance).sum();
		assert_eq!(sum, Assets::total_issuance(id));
	}
	assert_eq!(Balances::total_issuance(), GENESIS - Burned::get());
}

fn given_key(asset: Asset) -> Vec<u8> {
	(b"given", asset).encode()
}

/// What strangers gave the basket, less what the treasury or the creator got of it. It is in the state, so that what is taken back
/// is taken back here too.
fn given(asset: Asset) -> Balance {
	unhashed::get_or_default(&given_key(asset))
}

/// What the basket's account has beside its books, of each token and of coins.
pub(crate) fn gifts() -> Vec<Balance> {
	let (record, pot) = (record(), Sets::pot_of(BASKET));
	let coins = Balances::total_balance(&pot) - record.endowment;
	let had = record.constituents.iter().map(|one| Assets::balance(one.token.0, &pot)).chain([coins]);
	had.zip(record.books()).map(|(had, (_, book))| had - book.sum().unwrap()).collect()
}

pub(crate) fn label(text: &str) -> Label {
	text.as_bytes().to_vec().try_into().unwrap()
}

pub(crate) fn symbol(text: &str) -> Symbol {
	text.as_bytes().to_vec().try_into().unwrap()
}

pub(crate) fn component(token: TokenId, per_share: Balance, target: u32) -> Component {
	Component { token, per_share, target }
}

/// Two A and one B per share: at their price of half a coin, a share is worth a coin and a half. Half of its value should be B.
pub(crate) fn two() -> Components {
	vec![component(A, 2 * WHOLE, 500_000), component(B, WHOLE, 500_000)].try_into().unwrap()
}

/// One of each of three tokens.
pub(crate) fn three() -> Components {
	vec![component(A, WHOLE, 200_000), component(B, WHOLE, 300_000), component(C, WHOLE, 500_000)]
		.try_into()
		.unwrap()
}

/// Of each token so much that nothing is divided without a rest, of the last one nearly nothing.
pub(crate) fn odd() -> Components {
	vec![component(A, 2 * WHOLE + 7, 200_000), component(B, WHOLE / 3, 300_000), component(C, 17, 500_000)]
		.try_into()
		.unwrap()
}

pub(crate) fn targets(targets: &[u32]) -> Targets {
	targets.to_vec().try_into().unwrap()
}

pub(crate) fn amounts(amounts: &[Balance]) -> Amounts {
	amounts.to_vec().try_into().unwrap()
}

/// As many amounts as the basket asks for.
pub(crate) fn all(amount: Balance) -> Amounts {
	let count = Baskets::<Test>::get(BASKET).map_or(0, |record| record.books().count());
	vec![amount; count].try_into().unwrap()
}

pub(crate) fn create(components: Components, terms: Terms) -> DispatchResult {
	with_storage_layer(|| {
		Sets::create(RuntimeOrigin::signed(CREATOR), label("digits"), symbol("DIGITS"), components, terms)
	})
}

pub(crate) fn mint(who: &AccountId, shares: Balance) -> DispatchResult {
	with_storage_layer(|| {
		Sets::mint(RuntimeOrigin::signed(who.clone()), BASKET, shares, all(Balance::MAX), u64::MAX)
	})
}

pub(crate) fn redeem(who: &AccountId, shares: Balance) -> DispatchResult {
	with_storage_layer(|| Sets::redeem(RuntimeOrigin::signed(who.clone()), BASKET, shares, all(0), u64::MAX))
}

pub(crate) fn collect(who: &AccountId, asset: Asset) -> DispatchResult {
	with_storage_layer(|| Sets::collect(RuntimeOrigin::signed(DAVE), BASKET, who.clone(), asset))
}

pub(crate) fn set_targets(new: &[u32]) -> DispatchResult {
	with_storage_layer(|| Sets::set_targets(RuntimeOrigin::signed(CREATOR), BASKET, targets(new)))
}

pub(crate) fn note_prices() -> DispatchResult {
	with_storage_layer(|| Sets::note_prices(RuntimeOrigin::signed(DAVE), BASKET))
}

pub(crate) fn rebalance(who: &AccountId) -> DispatchResult {
	with_storage_layer(|| Sets::rebalance(RuntimeOrigin::signed(who.clone()), BASKET))
}

/// Notes the prices, lets them age, and rebalances for Dave.
pub(crate) fn note_and_rebalance() -> DispatchResult {
	note_prices()?;
	pass(AGE);
	rebalance(&DAVE)
}

pub(crate) fn settle() -> DispatchResult {
	with_storage_layer(|| {
		Sets::settle(RuntimeOrigin::signed(DAVE), BASKET)?;
		let Event::FeesSettled { gifts, .. } = last_event() else { panic!("nothing was settled") };
		for ((asset, _), gift) in record().books().zip(gifts) {
			unhashed::put(&given_key(asset), &(given(asset) - gift));
		}
		Ok(())
	})
}

pub(crate) fn close() -> DispatchResult {
	with_storage_layer(|| Sets::close(RuntimeOrigin::signed(CREATOR), BASKET))
}

/// Carol sends the basket coins, or tokens.
pub(crate) fn donate(asset: Asset, amount: Balance) {
	fund(asset, amount);
	unhashed::put(&given_key(asset), &(given(asset) + amount));
}

/// She sends what the books of the basket hold already, or what its creator gets.
pub(crate) fn fund(asset: Asset, amount: Balance) {
	give(asset, &Sets::pot_of(BASKET), amount);
}

pub(crate) fn give(asset: Asset, to: &AccountId, amount: Balance) {
	match asset {
		None => Balances::transfer(&CAROL, to, amount, Preservation::Preserve).map(|_| ()).unwrap(),
		Some(token) => Assets::transfer_tokens(token, &CAROL, to, amount).unwrap(),
	}
}

/// Nobody can move what an account has of a token.
pub(crate) fn freeze(token: TokenId, who: &AccountId) {
	Assets::freeze(RuntimeOrigin::signed(ISSUER), token.0, who.clone()).unwrap();
}

pub(crate) fn thaw(token: TokenId, who: &AccountId) {
	Assets::thaw(RuntimeOrigin::signed(ISSUER), token.0, who.clone()).unwrap();
}

pub(crate) fn record() -> BasketRecordOf<Test> {
	Baskets::<Test>::get(BASKET).unwrap()
}

pub(crate) fn change(change: impl FnOnce(&mut BasketRecordOf<Test>)) {
	Baskets::<Test>::mutate(BASKET, |record| change(record.as_mut().unwrap()));
}

pub(crate) fn one(index: usize) -> Constituent {
	record().constituents[index]
}

/// What the books hold of each token, and of coins.
pub(crate) fn holds() -> Vec<Balance> {
	record().books().map(|(_, book)| book.held).collect()
}

pub(crate) fn free(who: &AccountId) -> Balance {
	Balances::balance(who)
}

pub(crate) fn tokens(token: TokenId, who: &AccountId) -> Balance {
	Assets::balance(token.0, who)
}

pub(crate) fn shares(who: &AccountId) -> Balance {
	tokens(BASKET, who)
}

pub(crate) fn held(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::BasketDeposit.into(), who)
}

/// What somebody has on hold for what it is owed.
pub(crate) fn held_for_claims(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::ClaimDeposit.into(), who)
}

/// For a claim: two ids, an account, a flag and two amounts.
pub(crate) const CLAIM_DEPOSIT: Balance = BASE_DEPOSIT + (4 + 32 + 1 + 4 + 16 + 16) * BYTE_DEPOSIT;

pub(crate) fn pass(blocks: u32) {
	System::set_block_number(System::block_number() + u64::from(blocks));
}

/// What somebody has at the prices of the pools in the beginning: coins, and tokens at half a coin each.
pub(crate) fn wealth(who: &AccountId) -> i128 {
	let tokens: Balance = (FIRST_TOKEN.0..STRAY.0).map(|id| Assets::balance(id, who)).sum();
	i128::try_from(Balances::total_balance(who) + tokens / 2).unwrap()
}

/// Events of this pallet, oldest first.
pub(crate) fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Sets(event) => Some(event),
			_ => None,
		})
		.collect()
}

pub(crate) fn last_event() -> Event<Test> {
	events().pop().unwrap()
}
