//! Tests of this pallet.

mod adversaries;
mod allocate_epoch;
mod claim_reward;
mod close_epoch;
mod close_review;
mod commit_review;
mod config;
mod contribution_paid;
mod draws;
mod expire_budget;
mod expire_epoch;
mod fees;
mod forget_rating;
mod invariants;
mod policy;
mod rate;
mod reveal_review;
mod reviewers;
mod score_answer;
mod share_answer;
mod standing;
mod try_state;
mod views;
