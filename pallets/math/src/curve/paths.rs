//! Long random paths of trades and of the multiplier: the reserve always covers the curve, and the last seller is paid.

use super::{
	tests::{exponential, linear, sigmoid},
	*,
};
use crate::market::{Metric, Multiplier, PPM};
use proptest::{
	prelude::*,
	strategy::ValueTree,
	test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// Ten operations for each case that the properties have: 10^4, or 10^6 with `make fuzz`.
fn operations() -> u32 {
	crate::reference::cases().cases.saturating_mul(10)
}

/// What buyers and sellers moved.
#[derive(Default)]
struct Pool {
	supply: u128,
	reserve: u128,
	escrow: u128,
	paid: u128,
	received: u128,
}

impl Pool {
	fn buy(&mut self, curve: &Curve, amount: u128, multiplier: Multiplier) {
		let cost = curve.buy_cost_ceil(self.supply, amount).unwrap();
		let premium = multiplier.premium_ceil(cost).unwrap();
		self.supply += amount;
		self.reserve += cost;
		self.escrow += premium;
		self.paid += cost + premium;
	}

	fn sell(&mut self, curve: &Curve, amount: u128) {
		let whole = curve.integral_to_ceil(self.supply).unwrap();
		// Exactly, after any number of trades.
		assert!(self.reserve >= whole, "{} does not cover {whole}", self.reserve);
		let integral = curve.sale_integral_floor(self.supply, amount).unwrap();
		let payout = sale_payout_floor(integral, self.reserve, whole).unwrap();
		assert_eq!(payout, integral);
		self.supply -= amount;
		self.reserve -= payout;
		self.received += payout;
	}

	fn walk(curve: &Curve, seed: [u8; 32]) {
		let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
		let mut runner = TestRunner::new_with_rng(Config::default(), rng);
		let strategy = (any::<u8>(), any::<u128>(), 0u32..128, 0..=PPM);
		let (mut pool, mut multiplier) = (Self::default(), Multiplier::ONE);
		for _ in 0..operations() {
			let (kind, number, shift, metric) = strategy.new_tree(&mut runner).unwrap().current();
			let left = curve.parameters().max_supply - pool.supply;
			match kind % 8 {
				0..=2 => pool.buy(curve, (number >> shift) % (left + 1), multiplier),
				3 => {
					let pay = (number >> shift) % (1_000 * WHOLE);
					let amount = curve.buy_amount_floor(pool.supply, pay).unwrap();
					pool.buy(curve, amount, multiplier);
				},
				4..=6 => pool.sell(curve, (number >> shift) % (pool.supply + 1)),
				_ => {
					let measured = Metric { weight: PPM, least: 0, measured: Some(metric) };
					multiplier = Multiplier::of(&[measured]).unwrap();
				},
			}
			assert_eq!(pool.reserve + pool.escrow, pool.paid - pool.received);
		}
		// Everybody leaves, in any number of sales.
		while pool.supply > 0 {
			let amount = pool.supply.div_ceil(3);
			pool.sell(curve, amount);
		}
		assert!(pool.received <= pool.paid - pool.escrow);
	}
}

#[test]
fn the_last_seller_of_a_linear_curve_is_paid() {
	Pool::walk(&linear(), [1; 32]);
}

#[test]
fn the_last_seller_of_an_exponential_curve_is_paid() {
	Pool::walk(&exponential(), [2; 32]);
}

#[test]
fn the_last_seller_of_a_sigmoid_curve_is_paid() {
	Pool::walk(&sigmoid(), [3; 32]);
}
