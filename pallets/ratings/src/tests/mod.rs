//! Tests of this pallet.

mod claim_reward;
mod close_epoch;
mod config;
mod contribution_paid;
mod expire_budget;
mod expire_epoch;
mod forget_rating;
mod invariants;
mod policy;
mod rate;
mod score_answer;
mod standing;
mod try_state;
mod views;
