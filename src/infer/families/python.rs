//! Reads the Python literals that exporters write into metadata: lists and dictionaries of texts and numbers.

use std::iter::Peekable;
use std::str::Chars;

/// The names in `{0: 'person', 1: "driver's seat"}`, `['person', …]` or the same as JSON. Keys that leave a gap give none.
pub(super) fn names(text: &str) -> Option<Vec<String>> {
    let mut chars = text.trim().chars().peekable();
    let is_map = match chars.next()? {
        '{' => true,
        '[' | '(' => false,
        _ => return None,
    };
    let mut names: Vec<(usize, String)> = Vec::new();
    loop {
        skip(&mut chars, |c| c.is_whitespace() || c == ',');
        match chars.peek()? {
            '}' | ']' | ')' => break,
            _ => {}
        }
        let key = if is_map {
            let key = item(&mut chars)?;
            skip(&mut chars, |c| c.is_whitespace() || c == ':');
            key.parse().ok()?
        } else {
            names.len()
        };
        names.push((key, item(&mut chars)?));
    }
    names.sort_unstable_by_key(|(key, _)| *key);
    let is_whole = names.iter().enumerate().all(|(index, (key, _))| index == *key);
    is_whole.then(|| names.into_iter().map(|(_, name)| name).collect())
}

/// The whole numbers in a text such as `[17, 3]`.
pub(super) fn numbers(text: &str) -> Vec<u32> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

fn skip(chars: &mut Peekable<Chars<'_>>, is_blank: impl Fn(char) -> bool) {
    while chars.next_if(|c| is_blank(*c)).is_some() {}
}

/// A text in quotes, or what stands up to the next separator.
fn item(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut text = String::new();
    let Some(quote) = chars.next_if(|c| matches!(c, '\'' | '"')) else {
        while let Some(c) = chars.next_if(|c| !matches!(c, ',' | ':' | '}' | ']' | ')')) {
            text.push(c);
        }
        return Some(text.trim().to_owned());
    };
    loop {
        match chars.next()? {
            '\\' => text.push(match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'u' => unicode(chars, 4)?,
                'x' => unicode(chars, 2)?,
                c => c,
            }),
            c if c == quote => return Some(text),
            c => text.push(c),
        }
    }
}

fn unicode(chars: &mut Peekable<Chars<'_>>, num_digits: usize) -> Option<char> {
    let digits: String = chars.take(num_digits).collect();
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_all_ways_of_writing_them() {
        let check = |text, expected: &[&str]| assert_eq!(names(text).unwrap(), expected, "{text}");
        check("{0: 'person', 1: \"driver's seat\"}", &["person", "driver's seat"]);
        check("{1: 'b', 0: 'a, {b}'}", &["a, {b}", "b"]);
        check("['x', 'it\\'s', 'caf\\xe9']", &["x", "it's", "café"]);
        check(r#"{"0": "a", "1": "b"}"#, &["a", "b"]);
        check("{0: 7}", &["7"]);
        check("[]", &[]);
    }

    #[test]
    fn what_is_no_list_of_names_gives_none() {
        for text in ["", "person", "{0: 'a', 2: 'b'}", "{0: 'a", "{'a': 'b'}"] {
            assert_eq!(names(text), None, "{text}");
        }
        assert_eq!(numbers("[17, 3]"), [17, 3]);
    }
}
