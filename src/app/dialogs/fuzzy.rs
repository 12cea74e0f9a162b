//! Finding names by parts of them, as in command palettes: the letters must come in order, not in one piece.

/// How well a query fits a text; more is better. `None` when a letter is missing. An empty query fits all equally.
///
/// Letters at the beginnings of words and letters that follow one another count most; what is skipped costs a
/// little, so of two texts the shorter one wins.
pub fn score(query: &str, text: &str) -> Option<i32> {
    let text: Vec<char> = text.chars().collect();
    let wanted: Vec<char> =
        query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    if wanted.is_empty() {
        return Some(0);
    }
    // The best place for the first letter need not be the first one: every word gets its chance.
    (0..text.len())
        .filter(|&start| is_word_start(&text, start))
        .chain([0])
        .filter_map(|start| score_from(&wanted, &text, start))
        .max()
}

fn score_from(wanted: &[char], text: &[char], start: usize) -> Option<i32> {
    let mut total = 0;
    let mut at = start;
    let mut last_hit = None;
    for &letter in wanted {
        let hit = (at..text.len()).find(|&i| text[i].to_lowercase().eq([letter]))?;
        total += match last_hit {
            Some(last) if last + 1 == hit => 12,
            _ if is_word_start(text, hit) => 10,
            _ => 1,
        };
        total -= (hit - at).min(6) as i32;
        last_hit = Some(hit);
        at = hit + 1;
    }
    // A hit in the first word, and in a short text, is the likelier meaning.
    Some(total * 4 - start.min(20) as i32 - (text.len() / 8).min(10) as i32)
}

fn is_word_start(text: &[char], index: usize) -> bool {
    text[index].is_alphanumeric() && (index == 0 || !text[index - 1].is_alphanumeric())
}

/// Whether a text holds a part, which is in lower case, in any case. Nothing is copied where both are ASCII.
pub fn contains(text: &str, part_lower: &str) -> bool {
    if part_lower.is_ascii() {
        let (text, part) = (text.as_bytes(), part_lower.as_bytes());
        return part.is_empty() || text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part));
    }
    text.to_lowercase().contains(part_lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(query: &str, texts: &[&'a str]) -> &'a str {
        texts.iter().copied().max_by_key(|text| score(query, text)).unwrap()
    }

    #[test]
    fn letters_must_be_there_in_order() {
        assert!(score("opf", "Open folder…").is_some());
        assert!(score("fop", "Open folder…").is_none());
        assert!(score("", "anything").is_some());
        assert!(score("x", "").is_none());
    }

    #[test]
    fn beginnings_of_words_and_whole_words_win() {
        assert_eq!(best("of", &["Bring forward, out of the box", "Open folder…"]), "Open folder…");
        assert_eq!(best("undo", &["Unlock all, do it now", "Undo"]), "Undo");
        assert_eq!(best("zoom in", &["Zoom out", "Zoom to selection, in full", "Zoom in"]), "Zoom in");
        assert_eq!(best("fold", &["Add folder…", "Find old labels"]), "Add folder…");
    }

    #[test]
    fn case_and_accents_do_not_matter_more_than_they_should() {
        assert!(score("ÉCRAN", "plein écran").is_some());
        assert!(contains("IMG_0042.JPG", "img_00"));
        assert!(contains("Straße/Übersicht.png", "übersicht"));
        assert!(!contains("a.png", "b"));
        assert!(contains("a.png", ""));
    }
}
