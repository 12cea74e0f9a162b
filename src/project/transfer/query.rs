//! Choosing pictures by a few words.

use std::collections::HashSet;
use std::str::FromStr;

use anyhow::{Context as _, bail};

use crate::model::{AssetId, AssetStatus, Schema};
use crate::store::{AssetRow, Reader};

/// What a query may say, for `--help`.
pub const QUERY_HELP: &str = "Only pictures for which every term holds: label:cat (an object of this label), \
status:done|todo|skipped, subset:train (subset:none: without one), has:objects or has:none, mark:blurry, name:part \
(a part of the path, in any case). Terms are separated by blanks; put values with blanks in double quotes: \
label:\"traffic light\"";

/// Terms that all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Label(String),
    Status(AssetStatus),
    Subset(Option<String>),
    HasObjects(bool),
    Mark(String),
    Name(String),
}

impl FromStr for Query {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        Ok(Self { terms: words(text)?.iter().map(|word| word.parse()).collect::<anyhow::Result<_>>()? })
    }
}

impl FromStr for Term {
    type Err = anyhow::Error;

    fn from_str(word: &str) -> anyhow::Result<Self> {
        let (key, value) = word.split_once(':').unwrap_or((word, ""));
        if value.is_empty() {
            bail!("{word:?} is no term of a query; write for example label:cat, status:done or name:street");
        }
        Ok(match (key, value) {
            ("label", name) => Self::Label(name.to_owned()),
            ("status", "todo") => Self::Status(AssetStatus::Todo),
            ("status", "done") => Self::Status(AssetStatus::Done),
            ("status", "skipped") => Self::Status(AssetStatus::Skipped),
            ("status", _) => bail!("there is no status {value:?}; choose one of: todo, done, skipped"),
            ("subset", "none") => Self::Subset(None),
            ("subset", name) => Self::Subset(Some(name.to_owned())),
            ("has", "objects") => Self::HasObjects(true),
            ("has", "none") => Self::HasObjects(false),
            ("has", _) => bail!("has:{value} is no term of a query; write has:objects or has:none"),
            ("mark", name) => Self::Mark(name.to_owned()),
            ("name", part) => Self::Name(part.to_lowercase()),
            _ => bail!("a query cannot ask for {key:?}; it knows label, status, subset, has, mark and name"),
        })
    }
}

/// The words of a text; blanks between double quotes do not part them.
fn words(text: &str) -> anyhow::Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut is_quoted = false;
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            c if c.is_whitespace() && !is_quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    if is_quoted {
        bail!("a double quote in the query is not closed");
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    Ok(words)
}

impl Query {
    /// Keeps the assets for which every term holds.
    pub(in crate::project) fn filter(
        &self,
        rows: &mut Vec<AssetRow>,
        schema: &Schema,
        reader: &Reader,
    ) -> anyhow::Result<()> {
        for term in &self.terms {
            let with_label: HashSet<AssetId> = match term {
                Term::Label(name) => {
                    let label = schema.label_named(name).with_context(|| {
                        let names: Vec<&str> =
                            schema.labels.iter().map(|label| label.name.as_str()).collect();
                        format!("the project has no label {name:?}; its labels: {}", names.join(", "))
                    })?;
                    let merged =
                        schema.merged.iter().filter(|(_, to)| *to == label.id).map(|(from, _)| *from);
                    let ids = std::iter::once(label.id).chain(merged);
                    ids.map(|id| reader.assets_with_label(id)).collect::<Result<Vec<_>, _>>()?.concat()
                }
                _ => Vec::new(),
            }
            .into_iter()
            .collect();
            rows.retain(|row| term.holds(row, &with_label));
        }
        Ok(())
    }
}

impl Term {
    fn holds(&self, row: &AssetRow, with_label: &HashSet<AssetId>) -> bool {
        match self {
            Self::Label(_) => with_label.contains(&row.asset.id),
            Self::Status(status) => row.asset.status == *status,
            Self::Subset(subset) => row.asset.subset == *subset,
            Self::HasObjects(has_objects) => (row.num_objects > 0) == *has_objects,
            Self::Mark(mark) => row.asset.marks.contains(mark),
            Self::Name(part) => row.asset.source.as_str().to_lowercase().contains(part),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_words_and_quotes_keep_blanks() {
        let query: Query = "label:\"traffic light\"  status:done name:A".parse().unwrap();
        let light = Term::Label("traffic light".into());
        assert_eq!(query.terms, [light, Term::Status(AssetStatus::Done), Term::Name("a".into())]);
        assert_eq!("".parse::<Query>().unwrap(), Query::default());
    }

    #[test]
    fn what_is_no_query_is_explained() {
        for (text, expected) in [
            ("cat", "label:cat"),
            ("status:finished", "todo, done, skipped"),
            ("colour:red", "it knows label"),
            ("label:\"cat", "not closed"),
            ("has:cats", "has:objects"),
        ] {
            let error = text.parse::<Query>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
