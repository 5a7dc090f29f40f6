//! What actors do, pallet by pallet. Each file says how often each operation is drawn and how one is made: mostly as the state
//! of the chain suggests, sometimes mistaken. An operation that has no place in this state is `None`, and another is drawn.

pub(crate) mod attribution;
pub(crate) mod baskets;
pub(crate) mod curves;
mod datanets;
pub(crate) mod emission;
pub(crate) mod jobs;
pub(crate) mod learning;
mod models;
mod pools;
pub(crate) mod ratings;
pub(crate) mod reviews;
pub(crate) mod rollbacks;
pub(crate) mod sdk;
mod training;
mod upkeep;
pub(crate) mod workers;

use crate::random::world::{Operation, World};

/// Inputs and classes of models, features and classes of datanets: few, so that there is data for every model.
const SHAPES: [(u32, u32); 3] = [(8, 2), (16, 10), (64, 10)];

/// A kind of operation.
pub(crate) struct Generator {
	/// How often it is drawn, compared with the others.
	pub(crate) weight: u64,
	/// Makes one, if this state has a place for it.
	pub(crate) draw: fn(&mut World) -> Option<Operation>,
}

/// A kind of operation that is drawn so often.
pub(crate) fn drawn(weight: u64, draw: fn(&mut World) -> Option<Operation>) -> Generator {
	Generator { weight, draw }
}

/// Every kind of operation.
fn generators() -> impl Iterator<Item = Generator> {
	[
		sdk::generators(),
		upkeep::generators(),
		workers::generators(),
		models::generators(),
		datanets::generators(),
		jobs::generators(),
		learning::generators(),
		attribution::generators(),
		emission::generators(),
		ratings::generators(),
		reviews::generators(),
		curves::generators(),
		pools::generators(),
		baskets::generators(),
		rollbacks::generators(),
	]
	.into_iter()
	.flatten()
}

/// Draws kinds by weight until one has a place in this state. Transfers always have.
pub(crate) fn draw(world: &mut World) -> Option<Operation> {
	let sum = generators().map(|kind| kind.weight).sum();
	loop {
		let mut point = world.below(sum);
		for kind in generators() {
			if point >= kind.weight {
				point -= kind.weight;
				continue;
			}
			if let Some(operation) = (kind.draw)(world) {
				return Some(operation);
			}
			break;
		}
	}
}
