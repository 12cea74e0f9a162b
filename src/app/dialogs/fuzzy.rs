//! Finding names by parts of them, as in command palettes: by beginnings of words, or by any piece of the text.

/// How well a query fits a text; more is better, and `None` is not at all. An empty query fits all equally.
///
/// Every letter must follow the one before or begin a word, so `opf` finds "Open folder". Letters strewn over the
/// text do not count: they find far too much. A piece from within a word is found, too, but counts less.
pub fn score(query: &str, text: &str) -> Option<i32> {
    let wanted: Vec<char> =
        query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    if wanted.is_empty() {
        return Some(0);
    }
    let letters: Vec<char> = text.chars().collect();
    let by_words = score_by_words(&wanted, &letters);
    let by_piece = || contains(text, query.trim().to_lowercase().as_str()).then_some(0);
    // Of two texts that fit equally, the shorter one is the likelier meaning.
    by_words.or_else(by_piece).map(|score| score * 4 - (letters.len() / 4).min(20) as i32)
}

/// The best way to lay the letters of a query onto a text: for each letter in turn, how good it is to have it at
/// each place of the text.
fn score_by_words(wanted: &[char], text: &[char]) -> Option<i32> {
    const WORD_START: i32 = 10;
    const IN_A_ROW: i32 = 12;
    let mut before: Vec<Option<i32>> = Vec::new();
    for (i, &letter) in wanted.iter().enumerate() {
        let mut now = vec![None; text.len()];
        // The best place of the letter before, so far left of this one.
        let mut best_before = (i == 0).then_some(0);
        for at in 0..text.len() {
            let last = at.checked_sub(1).and_then(|last| *before.get(last)?);
            best_before = best_before.max(last);
            if text[at].to_lowercase().eq([letter]) {
                let jumped = best_before.filter(|_| is_word_start(text, at)).map(|score| score + WORD_START);
                now[at] = jumped.max(last.map(|score| score + IN_A_ROW));
            }
        }
        // A name that begins with what was typed comes before one that holds it further on.
        if let (0, Some(Some(first))) = (i, now.first_mut()) {
            *first += 1;
        }
        before = now;
    }
    before.into_iter().flatten().max()
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
    fn letters_must_be_there_in_order_and_together() {
        assert!(score("opf", "Open folder…").is_some());
        assert!(score("fop", "Open folder…").is_none());
        assert!(
            score("car", "Crosshair").is_none() && score("car", "Switch between dark and light").is_none()
        );
        assert!(score("hair", "Crosshair") < score("cross", "Crosshair"));
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
