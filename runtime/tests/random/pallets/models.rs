//! Models are registered, priced, retired and removed.

use super::{drawn, Generator, SHAPES};
use crate::random::world::{signed, Operation, World};
use engram_primitives::{
	model::{Architecture, InferenceRates, InfluenceMethod},
	ModelId,
};
use engram_runtime::Runtime;
use pallet_models::{Call, ModelRecordOf, ModelState};

type Model = (ModelId, ModelRecordOf<Runtime>);

/// Open models that there should be, so that jobs find some.
const WANTED: usize = 12;

pub(super) fn generators() -> Vec<Generator> {
	vec![drawn(70, register), drawn(80, set_rates), drawn(24, retire), drawn(24, remove)]
}

fn model_where(world: &mut World, suits: impl Fn(&Model) -> bool) -> Option<Model> {
	world.pick_row(|view| &view.models, suits)
}

fn rates(world: &mut World) -> InferenceRates {
	InferenceRates {
		input_per_1000: world.milli(100, 500),
		output_per_1000: world.milli(100, 500),
		platform: world.milli(0, 1_000),
	}
}

fn register(world: &mut World) -> Option<Operation> {
	let error = world.mistaken().then(|| world.below(3));
	let (inputs, classes) = world.pick(&SHAPES)?;
	let classes = if error == Some(0) { 1 } else { classes };
	let widths = vec![inputs, 16, classes].try_into().ok()?;
	let name = world.label(error != Some(1));
	let licence = world.label(error != Some(2));
	let architecture = Architecture::Mlp { widths, input_shift: 4 };
	let rates = rates(world);
	let method = InfluenceMethod::DataInf;
	let user = world.user();
	signed(user, Call::<Runtime>::register { name, architecture, rates, method, licence })
}

fn set_rates(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let retired = world.chance(50);
	let state = if right || !retired { ModelState::Open } else { ModelState::Retired };
	let (model, record) = model_where(world, |model| model.1.state == state)?;
	let actor = world.owner_or_stranger(&record.owner, right || retired)?;
	let rates = rates(world);
	signed(actor, Call::<Runtime>::set_rates { model, rates })
}

/// Mostly of models without a version, which can be removed then.
fn retire(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let open = world.view.models.iter().filter(|(_, record)| record.is_open()).count();
	if right && open <= WANTED {
		return None;
	}
	let any = world.chance(20);
	let (model, record) =
		model_where(world, |(_, record)| record.is_open() && (any || record.versions == 0))?;
	let actor = world.owner_or_stranger(&record.owner, right)?;
	signed(actor, Call::<Runtime>::retire { model })
}

fn remove(world: &mut World) -> Option<Operation> {
	let right = !world.mistaken();
	let removable = |(_, record): &Model| !record.is_open() && record.versions == 0 && record.reserved == 0;
	let (model, record) = model_where(world, |model| removable(model) == right)?;
	signed(world.actor_of(&record.owner)?, Call::<Runtime>::remove { model })
}
