//! How the two that are compared behave. Both own the same: workers with a bond, a stake, a model, the data it is trained on.

use engram_math::rating::{Dynamics, RewardRates};
use engram_primitives::{
	model::{Optimiser, TrainingSpec},
	units::{Balance, ENGR, PPM},
};
use pallet_ratings::{Policy, Prices};

/// What the bonds of one party sum to.
pub(crate) const BOND: Balance = 800 * ENGR;
/// What an ordinary training job pays.
pub(crate) const TRAINING_FEE: Balance = 60 * ENGR;
/// Rows of an ordinary inference job.
pub(crate) const ROWS: u32 = 100;
/// The first epoch in which every model has a version that answers.
pub(crate) const FIRST_ANSWERS: u32 = 2;
/// What a hoarder burns.
pub(crate) const HOARDERS_BURN: Balance = ENGR / 10;
/// Blocks that one who looks slow on purpose lets pass, and that a slow machine takes longer.
const DELAY: u32 = 8;

/// What somebody does beside what everybody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conduct {
	/// Nothing: works when drawn, owns data that others pay for, stakes.
	Honest,
	/// Nothing either, on machines that are slower than those of all others.
	Slow,
	/// Buys training and answers of its own model, trained on its own data, from its own workers.
	SelfDealer,
	/// Buys answers, and burns to rate its own data.
	WashRater,
	/// The same budget, split over many accounts.
	SybilRater,
	/// Leaves what it is owed for its data until the end of all trade, burns once to rate it, and claims everything at once.
	HoardingRater,
	/// Commits late.
	Delayer,
	/// Works on slow machines, and has a fast one that somebody else owns answer its probes.
	Outsourcer,
	/// Has all that is measured computed on fast ones, jobs as well as probes.
	FullOutsourcer,
	/// Claims enormous work in a job of its own, that it verifies itself and pays next to nothing for.
	Inflater,
	/// Splits its bond over as many workers as it can.
	Splitter,
	/// Buys itself the smallest jobs there are, for the reputation.
	Farmer,
	/// Buys the same, and serves what they need to its own workers only.
	Withholder,
	/// Buys answers that are just dear enough for all the reputation that a job can give, and serves its own workers only.
	PayingWithholder,
	/// Says of every answer it is to give that it was not served, and keeps its slots for training, which pays more.
	Decliner,
}

/// Something that a party buys of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purchase {
	/// Training of its model.
	Training { fee: Balance, spec: fn() -> TrainingSpec },
	/// Training of its model that costs nothing to ask.
	First,
	/// Answers of its model.
	Answer,
	/// An answer of its second model.
	CheapAnswer,
}

impl Conduct {
	pub(crate) const ATTACKS: [Self; 13] = [
		Self::SelfDealer,
		Self::WashRater,
		Self::SybilRater,
		Self::HoardingRater,
		Self::Delayer,
		Self::Outsourcer,
		Self::FullOutsourcer,
		Self::Inflater,
		Self::Splitter,
		Self::Farmer,
		Self::Withholder,
		Self::PayingWithholder,
		Self::Decliner,
	];

	pub(crate) fn name(self) -> &'static str {
		match self {
			Self::Honest => "honest",
			Self::Slow => "honest: slow machines",
			Self::SelfDealer => "self-dealer",
			Self::WashRater => "wash rater",
			Self::SybilRater => "sybil rater",
			Self::HoardingRater => "hoarding rater",
			Self::Delayer => "capacity spoofer: delays",
			Self::Outsourcer => "capacity spoofer: outsources",
			Self::FullOutsourcer => "capacity spoofer: outsources all",
			Self::Inflater => "capacity spoofer: inflates",
			Self::Splitter => "reputation farmer: splits",
			Self::Farmer => "reputation farmer: tiny jobs",
			Self::Withholder => "withholder: free jobs",
			Self::PayingWithholder => "withholder: paid jobs",
			Self::Decliner => "lying decliner",
		}
	}

	/// What its control does: the same without the attack.
	pub(crate) fn control(self) -> Self {
		match self {
			Self::Outsourcer | Self::FullOutsourcer => Self::Slow,
			_ => Self::Honest,
		}
	}

	/// Whether it plays against the others.
	pub(crate) fn attacks(self) -> bool {
		!matches!(self, Self::Honest | Self::Slow)
	}

	/// Workers that share the bond.
	pub(crate) fn workers(self) -> u8 {
		match self {
			Self::Splitter => 8,
			_ => 2,
		}
	}

	/// Accounts that rate its data, each once an epoch, and what each burns.
	pub(crate) fn raters(self) -> (u8, Balance) {
		match self {
			Self::WashRater => (1, 5 * ENGR),
			Self::SybilRater => (5, ENGR),
			_ => (0, 0),
		}
	}

	/// What governance decided about ratings in its scenes.
	///
	/// It is the one under which the attack would pay most. A small burn is enough for all that the budgets of jobs allow; and for
	/// who hoards the burns of others, all in the first epoch, stand for nothing any more when there are answers.
	pub(crate) fn ratings_policy(self) -> Policy {
		let defaults = Policy::default();
		let rewards = RewardRates { feedback: 10 * PPM, ..defaults.rewards };
		match self {
			Self::WashRater | Self::SybilRater => Policy { rewards, ..defaults },
			Self::HoardingRater => Policy {
				prices: Prices { first: HOARDERS_BURN, ..defaults.prices },
				// Half a rating is left after two blocks.
				dynamics: Dynamics { decay: 346_573_590_279_972_655, ..defaults.dynamics },
				rewards,
				..defaults
			},
			_ => defaults,
		}
	}

	/// What it buys in a block of an epoch.
	pub(crate) fn purchase(self, epoch: u32, block: u32) -> Option<Purchase> {
		let trained = epoch >= FIRST_ANSWERS;
		match (self, block) {
			(Self::SelfDealer, 1) => Some(Purchase::Training { fee: TRAINING_FEE, spec: ordinary }),
			(Self::SelfDealer | Self::WashRater | Self::SybilRater, 3 | 5) if trained => {
				Some(Purchase::Answer)
			},
			(Self::Inflater, 1) => Some(Purchase::Training { fee: ENGR, spec: enormous }),
			(_, 1) if epoch == 0 && self.asks_itself().is_some() => Some(Purchase::First),
			(_, 2..=13) if trained && self.asks_itself().is_some() => Some(Purchase::CheapAnswer),
			_ => None,
		}
	}

	/// Blocks by which it reports training later than others. Who asked for it says whether it is a probe.
	pub(crate) fn delay(self, probe: bool) -> u32 {
		match self {
			Self::Delayer | Self::Slow => DELAY,
			Self::Outsourcer if !probe => DELAY,
			_ => 0,
		}
	}

	/// Whether workers are probed in its scenes. In those of the others jobs alone measure them.
	pub(crate) fn is_probed(self) -> bool {
		matches!(self, Self::Outsourcer | Self::FullOutsourcer)
	}

	/// Whether it is after reputation. In scenes of the others everybody has all of it from the start.
	pub(crate) fn seeks_reputation(self) -> bool {
		matches!(self, Self::Splitter | Self::Farmer | Self::Decliner) || self.withholds()
	}

	/// What an answer of its second model costs, which it asks only itself, if it has one.
	pub(crate) fn asks_itself(self) -> Option<Balance> {
		match self {
			Self::Farmer | Self::Withholder => Some(0),
			Self::PayingWithholder => Some(10 * ENGR),
			_ => None,
		}
	}

	/// Whether it serves its own workers only.
	pub(crate) fn withholds(self) -> bool {
		matches!(self, Self::Withholder | Self::PayingWithholder)
	}
}

/// What an honest worker computes in a block.
pub(crate) fn ordinary() -> TrainingSpec {
	TrainingSpec {
		steps: 160,
		checkpoint_interval: 10,
		batch_size: 32,
		learning_rate: 100_000,
		optimiser: Optimiser::Sgd,
		opened: 4,
	}
}

/// Ten times as much.
fn enormous() -> TrainingSpec {
	TrainingSpec { batch_size: 320, ..ordinary() }
}

/// As little as there can be.
pub(crate) fn tiny() -> TrainingSpec {
	TrainingSpec { steps: 16, checkpoint_interval: 1, batch_size: 1, ..ordinary() }
}
