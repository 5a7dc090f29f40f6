//! What must hold in every scenario, and that the committed pictures are those of today's policy.

use engram_economics::{
	policy::policy,
	report::report,
	scenario::{Attacker, Scenario, SCENARIOS, YEARS},
	simulation::{gains, simulate, Epoch, Gain},
};
use engram_math::fee::{mul_div_floor, share_floor, split_cut};
use engram_primitives::units::{ENGR, PPM};
use std::{fs, path::Path};

fn run(scenario: &Scenario) -> Vec<Epoch> {
	simulate(&policy(), scenario).unwrap()
}

fn attacked() -> Scenario {
	SCENARIOS.into_iter().find(|scenario| scenario.attacker.is_some()).unwrap()
}

fn last_gain(scenario: &Scenario) -> Gain {
	let all = gains(scenario, &run(scenario), &run(&scenario.without_attacker())).unwrap();
	*all.last().unwrap()
}

#[test]
fn the_policy_is_what_its_description_says() {
	let policy = policy();
	let emission = policy.emission;
	assert_eq!(emission.validate(), Ok(()));
	assert!(policy.reference.is_valid() && policy.staking.is_valid());
	// At the reference demand, what is kept pays for what is minted above the level without demand.
	let idle = share_floor(emission.base, emission.demand_min).unwrap();
	assert_eq!(emission.demand_reference, emission.base - idle);
	let year = u128::from(emission.epochs_per_year);
	let six = policy.genesis_supply * 6 / 100;
	assert!(emission.base * year <= six && emission.base * year > six * 99 / 100, "not about 6 %");
	let half = policy.genesis_supply / 200;
	assert!(emission.tail * year >= half && emission.tail * year < half * 101 / 100, "not about 0.5 %");
	assert_eq!(emission.cap, 2 * emission.base);
	let cut = split_cut(share_floor(policy.reference_fees, policy.cut).unwrap(), policy.cut_shares).unwrap();
	assert_eq!(cut.burned + cut.treasury, emission.demand_reference);
}

#[test]
fn scenarios_start_at_genesis_and_end_with_the_simulation() {
	for scenario in SCENARIOS {
		let years: Vec<u32> = scenario.points.iter().map(|point| point.year).collect();
		assert_eq!((years.first(), years.last()), (Some(&0), Some(&YEARS)), "{}", scenario.name);
		assert!(years.windows(2).all(|pair| pair[0] < pair[1]), "{}", scenario.name);
	}
}

#[test]
fn a_world_between_two_points_is_between_them() {
	let policy = policy();
	let scenario = SCENARIOS[0];
	let reference = policy.reference_fees;
	let at = |epoch| scenario.world(&policy, epoch).unwrap();
	assert_eq!(at(0).fees, reference * 4 / 10);
	let capacity = policy.reference.capacity * 105 / 100;
	assert_eq!((at(365).fees, at(365).capacity, at(365).workers), (reference * 8 / 10, capacity, 60));
	assert_eq!(at(730).fees, reference * 12 / 10);
	assert_eq!(at(100_000), at(3_650));
}

#[test]
fn every_unit_is_accounted_for() {
	for scenario in SCENARIOS {
		let mut supply = policy().genesis_supply;
		for epoch in run(&scenario) {
			supply = supply - epoch.burned + epoch.issuance.minted;
			assert_eq!(epoch.supply, supply, "{}", scenario.name);
			let rewards = epoch.honest_rewards.total().unwrap() + epoch.attacker_rewards.total().unwrap();
			let parts = epoch.staking + rewards + epoch.issuance.pools.vault + epoch.treasury;
			assert_eq!(parts, epoch.issuance.minted, "{}", scenario.name);
		}
	}
}

#[test]
fn issuance_stays_between_tail_and_cap_and_demand_pays_for_the_rest() {
	let policy = policy();
	for scenario in SCENARIOS {
		let (mut above, mut kept) = (0, 0);
		for epoch in run(&scenario) {
			let issuance = epoch.issuance;
			assert!(issuance.minted >= policy.emission.tail && issuance.minted <= issuance.cap);
			above += issuance.minted - issuance.zero_demand;
			kept += epoch.honest.kept + epoch.attacker.kept;
			assert!(above <= kept, "{}: issuance that no kept fee pays for", scenario.name);
		}
		// Demand below the least factor adds nothing, any other does.
		assert_eq!(above > 0, scenario.name != "low demand", "{}", scenario.name);
	}
}

#[test]
fn rewards_that_fees_cause_never_exceed_what_was_kept_of_them() {
	for scenario in SCENARIOS {
		for epoch in run(&scenario) {
			let kept = epoch.honest.kept + epoch.attacker.kept;
			assert!(epoch.caused_rewards().unwrap() <= kept, "{}", scenario.name);
			assert!(epoch.staking >= epoch.idle_staking, "{}", scenario.name);
			assert!(epoch.honest_rewards.total().unwrap() <= epoch.honest.kept, "{}", scenario.name);
			assert!(epoch.attacker_rewards.total().unwrap() <= epoch.attacker.kept, "{}", scenario.name);
		}
	}
}

#[test]
fn an_attacker_receives_at_most_what_was_kept_of_his_fees() {
	let scenario = attacked();
	let calm = run(&scenario.without_attacker());
	let gains = gains(&scenario, &run(&scenario), &calm).unwrap();
	for gain in &gains {
		assert!(gain.attributable <= gain.kept, "{gain:?}");
		assert!(gain.received <= gain.otherwise + gain.kept, "{gain:?}");
	}
	// He was paid at all, or the test would show nothing.
	let end = gains.last().unwrap();
	assert!(end.jobs > 1_000_000 * ENGR, "{end:?}");
}

#[test]
fn jobs_paid_to_oneself_never_pay_at_any_size() {
	let calm = run(&attacked().without_attacker());
	// With more than that, ten years would burn the whole supply.
	for fees in [1, 50, 200, 500, 1_000, 3_000] {
		let with = |stake| Scenario { attacker: Some(Attacker { from_year: 0, fees, stake }), ..attacked() };
		let epochs = run(&with(0));
		// More than his own fees allow, his stake can only get of what honest fees allow the stakers.
		let honest: u128 = epochs.iter().map(|epoch| epoch.honest.budget.stakers).sum();
		for stake in [0, 100_000, 500_000, 1_000_000] {
			let gains = gains(&with(stake), &epochs, &calm).unwrap();
			let gain = gains.last().unwrap();
			assert!(gain.jobs > 0 && gain.jobs <= gain.kept, "{fees} {stake} {gain:?}");
			let limit = gain.otherwise + gain.kept + share_floor(honest, stake).unwrap();
			assert!(gain.received <= limit, "{fees} {stake} {gain:?}");
		}
	}
}

/// Budgets are summed over an epoch's jobs, so stakers' budget that honest fees left unused is paid out when somebody else's
/// fees raise the utilisation. Whoever owns half of all stake has half of that, and of what authors get of the cut; it is less
/// than the rest of the cut at any size.
#[test]
fn unused_budget_of_honest_fees_pays_no_attack() {
	let shares = policy().cut_shares;
	for stake in [100_000, 300_000, 500_000, 550_000] {
		for fees in [1, 5, 50, 500] {
			let attacker = Some(Attacker { from_year: 0, fees, stake });
			let gain = last_gain(&Scenario { attacker, ..attacked() });
			let kept_part = shares.burn + shares.treasury;
			let cut = mul_div_floor(gain.kept, PPM.into(), kept_part.into()).unwrap();
			let authored = share_floor(cut - gain.kept, stake).unwrap();
			assert!(gain.received < gain.otherwise + cut - authored, "{fees} {stake} {gain:?}");
			// It is something all the same, or the test would show nothing.
			assert!(stake < 500_000 || fees > 1 || gain.received > gain.otherwise + gain.kept, "{gain:?}");
		}
	}
}

#[test]
fn the_same_bytes_come_out_twice_and_they_are_small_svg() {
	let files = report().unwrap();
	assert_eq!(files, report().unwrap());
	for file in files {
		assert!(file.content.len() < 100_000, "{}: {} bytes", file.name, file.content.len());
		if file.name.ends_with(".svg") {
			assert!(file.content.starts_with("<svg") && file.content.trim_end().ends_with("</svg>"));
			assert!(file.content.contains("years after genesis"), "{}: no text", file.name);
		}
	}
}

#[test]
fn committed_files_are_up_to_date() {
	let folder = Path::new("../../docs/economics");
	for file in report().unwrap() {
		let committed = fs::read_to_string(folder.join(file.name)).unwrap_or_default();
		assert!(committed == file.content, "docs/economics/{} is old: run `make economics`", file.name);
	}
	let explained = fs::read_to_string(folder.join("README.md")).unwrap();
	for file in report().unwrap() {
		assert!(explained.contains(&format!("({})", file.name)), "the README does not link {}", file.name);
	}
}
