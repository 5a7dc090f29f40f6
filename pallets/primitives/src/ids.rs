//! Identifiers. Each is a newtype, so that two kinds of id can never be exchanged.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

macro_rules! id {
	($(#[$doc:meta])* $name:ident($inner:ty)) => {
		$(#[$doc])*
		#[derive(
			Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
			Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
			serde::Serialize, serde::Deserialize,
		)]
		pub struct $name(pub $inner);

		impl $name {
			/// The id after this one, `None` when the space is used up.
			pub fn next(self) -> Option<Self> {
				self.0.checked_add(1).map(Self)
			}
		}

		impl core::fmt::Display for $name {
			fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
				write!(f, "{}", self.0)
			}
		}
	};
}

id!(
	/// A training or inference job.
	JobId(u64)
);
id!(
	/// A registered model.
	ModelId(u32)
);
id!(
	/// A trained version of a model, numbered over all models.
	VersionId(u64)
);
id!(
	/// A dataset that people contribute to.
	DatanetId(u32)
);
id!(
	/// One contributor's batch of rows in a datanet, numbered over all datanets.
	ContributionId(u64)
);
id!(
	/// A model's token, by its asset id.
	TokenId(u32)
);

/// The first model token. Asset ids from here on are refused to everybody but the pallets that create tokens, so that no
/// holder's asset can take the id of a token to come. Those that curves launch come first.
pub const FIRST_TOKEN: TokenId = TokenId(1 << 31);

/// The first token of a fixed pool.
pub const FIRST_POOL_TOKEN: TokenId = TokenId(FIRST_TOKEN.0 + (1 << 29));

/// The first token of a basket's shares.
pub const FIRST_BASKET_TOKEN: TokenId = TokenId(FIRST_POOL_TOKEN.0 + (1 << 29));
