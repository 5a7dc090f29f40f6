//! Weights of the calls and of the work in hooks. The runtime has generated ones; `()` is for tests.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// What each call and each step in a hook costs at most.
pub trait WeightInfo {
	/// The executor's commitment.
	fn commit() -> Weight;
	/// Its signature and proof.
	fn authorize_commit() -> Weight;
	/// A verifier's commitment.
	fn commit_verdict() -> Weight;
	/// Its signature.
	fn authorize_commit_verdict() -> Weight;
	/// The executor's opening.
	fn open() -> Weight;
	/// Its signature and proofs.
	fn authorize_open() -> Weight;
	/// A verifier's verdict.
	fn reveal_verdict() -> Weight;
	/// Its signature and proofs.
	fn authorize_reveal_verdict() -> Weight;
	/// Taking what is due from the agenda.
	fn take_due() -> Weight;
	/// Drawing segments and a panel's last two verifiers.
	fn draw() -> Weight;
	/// Replacing verifiers that have not committed.
	fn missed_commitments() -> Weight;
	/// Drawing interior steps.
	fn draw_interior() -> Weight;
	/// A panel that confirms the executor and slashes a verifier, the job's settlement included.
	fn confirm() -> Weight;
	/// A panel that slashes the executor and a verifier, the job's next attempt included.
	fn refute() -> Weight;
	/// Ending a check that nobody can decide, the job's end included. Comes on top of a draw or a deadline.
	fn void() -> Weight;
	/// Planning a failed step again.
	fn postpone() -> Weight;
}

fn weight(micros: u64, proof: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(micros.saturating_mul(1_000_000), proof)
		.saturating_add(RocksDbWeight::get().reads_writes(reads, writes))
}

impl WeightInfo for () {
	fn commit() -> Weight {
		weight(60, 90_000, 36, 6)
	}
	fn authorize_commit() -> Weight {
		weight(80, 8_000, 4, 0)
	}
	fn commit_verdict() -> Weight {
		weight(40, 90_000, 34, 3)
	}
	fn authorize_commit_verdict() -> Weight {
		weight(60, 8_000, 2, 0)
	}
	fn open() -> Weight {
		weight(400, 90_000, 34, 3)
	}
	fn authorize_open() -> Weight {
		weight(450, 8_000, 2, 0)
	}
	fn reveal_verdict() -> Weight {
		weight(550, 90_000, 34, 3)
	}
	fn authorize_reveal_verdict() -> Weight {
		weight(600, 8_000, 2, 0)
	}
	fn take_due() -> Weight {
		weight(5, 4_000, 1, 1)
	}
	fn draw() -> Weight {
		weight(300, 200_000, 110, 10)
	}
	fn missed_commitments() -> Weight {
		weight(80, 100_000, 42, 12)
	}
	fn draw_interior() -> Weight {
		weight(90, 90_000, 36, 3)
	}
	fn confirm() -> Weight {
		weight(400, 120_000, 40, 40)
	}
	fn refute() -> Weight {
		weight(400, 120_000, 90, 30)
	}
	fn void() -> Weight {
		weight(300, 60_000, 20, 20)
	}
	fn postpone() -> Weight {
		weight(30, 90_000, 34, 3)
	}
}
