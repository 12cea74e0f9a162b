//! The ids of the domain, each a type of its own.

use crate::id_type;

id_type!(
    /// Who writes: one person on one installation.
    ActorId
);
id_type!(
    /// A picture or video.
    AssetId
);
id_type!(
    /// One annotation.
    ObjectId
);
id_type!(
    /// A label of the schema.
    LabelId
);
id_type!(
    /// An attribute of a label.
    AttributeId
);
id_type!(
    /// Objects that belong together.
    GroupId
);
id_type!(
    /// A piece of work.
    TaskId
);
