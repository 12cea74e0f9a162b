//! Partial failure: one bad record of a large piece of work is a line in a report, not its end.

use std::fmt;

use serde::Serialize;

/// How much a [`Finding`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Something was changed, rounded or guessed.
    Warning,
    /// Something was left out.
    Error,
}

/// One thing worth telling about one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What is the matter and what to do, as a sentence for a person.
    pub message: String,
    /// Where: a file, with a line or a record's name. Empty when it concerns the whole.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// How many records it concerns: 1, or more where equal findings were counted together.
    pub count: u64,
}

/// What a piece of work found on its way. Keeps the first findings of each message in full and counts the
/// rest, so that a million bad rows need no more memory than a thousand.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    findings: Vec<Finding>,
}

/// How many places are listed for one message before further ones are only counted.
const MAX_PLACES_PER_MESSAGE: usize = 100;

impl Report {
    /// An empty report.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a note.
    pub fn note(&mut self, message: impl Into<String>, place: impl Into<String>) {
        self.add(Severity::Note, message, place);
    }

    /// Adds a warning: something was changed, rounded or guessed.
    pub fn warn(&mut self, message: impl Into<String>, place: impl Into<String>) {
        self.add(Severity::Warning, message, place);
    }

    /// Adds an error: something was left out.
    pub fn error(&mut self, message: impl Into<String>, place: impl Into<String>) {
        self.add(Severity::Error, message, place);
    }

    /// Adds a finding about one record.
    pub fn add(&mut self, severity: Severity, message: impl Into<String>, place: impl Into<String>) {
        let (message, place) = (message.into(), place.into());
        let same = self.findings.iter().rev().filter(|f| f.message == message).take(MAX_PLACES_PER_MESSAGE);
        if same.count() < MAX_PLACES_PER_MESSAGE {
            self.findings.push(Finding { severity, message, place, count: 1 });
        } else if let Some(last) = self.findings.iter_mut().rev().find(|f| f.message == message) {
            last.count += 1;
        }
    }

    /// Takes over all findings of another report.
    pub fn merge(&mut self, other: Self) {
        for finding in other.findings {
            let count = finding.count;
            self.add(finding.severity, finding.message, finding.place);
            if let Some(last) = self.findings.last_mut() {
                last.count += count - 1;
            }
        }
    }

    /// Everything found, in the order in which it was found.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many records have a finding of this severity.
    pub fn num(&self, severity: Severity) -> u64 {
        self.findings.iter().filter(|f| f.severity == severity).map(|f| f.count).sum()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.count > 1 {
            write!(f, " ({} times)", self.count)?;
        }
        if !self.place.is_empty() {
            write!(f, " [{}]", self.place)?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let word = match finding.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            };
            writeln!(f, "{word}: {finding}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_every_record_but_lists_a_bounded_number() {
        let mut report = Report::new();
        for row in 0..1000 {
            report.error("This row has no box.", format!("rows.csv:{row}"));
        }
        report.warn("Rounded to whole pixels.", "");
        assert_eq!(report.num(Severity::Error), 1000);
        assert_eq!(report.findings().len(), MAX_PLACES_PER_MESSAGE + 1);
        assert_eq!(report.findings()[3].to_string(), "This row has no box. [rows.csv:3]");
    }

    #[test]
    fn merging_keeps_the_counts() {
        let mut a = Report::new();
        let mut b = Report::new();
        for row in 0..500 {
            a.error("Bad row.", format!("a:{row}"));
            b.error("Bad row.", format!("b:{row}"));
        }
        a.merge(b);
        assert_eq!(a.num(Severity::Error), 1000);
    }
}
