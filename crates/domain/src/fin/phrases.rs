//! Recognizes English messages that are not questions.

/// The maximum number of words in a message that is a reaction and not a question.
const MAX_WORDS: usize = 10;

const PERSONS: &[&str] =
    &["human", "agent", "person", "representative", "rep", "teammate", "operator", "advisor", "somebody", "someone"];
const CONTACTING: &[&str] = &["talk", "speak", "chat", "connect", "transfer", "escalate", "call", "put"];
const CONTENT: &[&str] =
    &["thanks", "thank", "thx", "cheers", "perfect", "great", "awesome", "solved", "helped", "works"];
/// Words of messages that only acknowledge.
const ACKNOWLEDGEMENTS: &[&str] = &[
    "ok",
    "okay",
    "k",
    "kk",
    "alright",
    "all",
    "right",
    "got",
    "it",
    "understood",
    "see",
    "i",
    "cool",
    "nice",
    "fine",
    "sure",
    "good",
    "great",
    "perfect",
    "awesome",
    "super",
    "yes",
    "yeah",
    "yep",
    "yup",
    "thanks",
    "thank",
    "thx",
    "ty",
    "cheers",
    "you",
    "so",
    "much",
    "very",
    "a",
    "lot",
    "many",
    "that",
    "thats",
    "is",
    "clear",
    "noted",
    "done",
    "will",
    "do",
    "then",
    "oh",
    "ah",
    "hm",
    "hmm",
    "fin",
];
const GREETINGS: &[&str] = &["hi", "hello", "hey", "hiya", "good", "morning", "afternoon", "evening", "there", "fin"];
const NEGATIONS: &[&str] = &["not", "no", "didnt", "doesnt", "isnt", "wasnt", "wrong", "still", "useless"];
const HELPING: &[&str] = &["help", "helped", "helpful", "work", "works", "answer", "wrong", "useless", "question"];

fn words(text: &str) -> Vec<String> {
    let letters = text.to_lowercase().replace(['\'', '’'], "");
    letters.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn has(words: &[String], any: &[&str]) -> bool {
    words.iter().any(|word| any.contains(&word.as_str()))
}

/// Whether the user asks for a person.
pub(super) fn asks_for_human(text: &str) -> bool {
    let words = words(text);
    if !has(&words, PERSONS) {
        return false;
    }
    let short = words.len() <= 4 && !text.contains('?');
    has(&words, CONTACTING)
        || short
        || (words.iter().any(|word| word == "human" || word == "real") && words.len() <= MAX_WORDS)
}

/// Whether the user says that their question is resolved.
pub(super) fn is_thanks(text: &str) -> bool {
    let words = words(text);
    words.len() <= MAX_WORDS
        && !text.contains('?')
        && has(&words, CONTENT)
        && !has(&words, NEGATIONS)
        && !has(&words, &["but"])
}

/// Whether the user only acknowledges, in words or with an emoji such as a thumbs up.
pub(super) fn is_nod(text: &str) -> bool {
    let words = words(text);
    words.len() <= MAX_WORDS
        && !text.contains('?')
        && words.iter().all(|word| ACKNOWLEDGEMENTS.contains(&word.as_str()))
}

/// Whether the user says that an answer did not help.
pub(super) fn is_complaint(text: &str) -> bool {
    let words = words(text);
    words.len() <= MAX_WORDS
        && !text.contains('?')
        && has(&words, NEGATIONS)
        && (has(&words, HELPING) || words.len() == 1)
}

/// Whether the user only says hello.
pub(super) fn is_greeting(text: &str) -> bool {
    let words = words(text);
    !words.is_empty() && words.len() <= 4 && words.iter().all(|word| GREETINGS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{asks_for_human, is_complaint, is_greeting, is_nod, is_thanks};

    #[test]
    fn recognizes_requests_for_a_human() {
        for text in ["I want to talk to a human", "Can I speak with an agent, please?", "human", "real person please"] {
            assert!(asks_for_human(text), "{text}");
        }
        for text in ["How do I add an agent to my team?", "Can someone use my discount code?", "Where is my order?"] {
            assert!(!asks_for_human(text), "{text}");
        }
    }

    #[test]
    fn distinguishes_reactions_from_questions() {
        assert!(is_thanks("Thanks, that helped!") && is_thanks("Perfect"));
        assert!(!is_thanks("Thanks, but how long does it take?") && !is_thanks("That did not help, thanks"));
        assert!(is_complaint("No, that didn't help") && is_complaint("This is not what works"));
        assert!(!is_complaint("Is there no way to cancel?") && !is_complaint("My order has not arrived"));
        for text in ["ok", "Okay, thanks", "👍", "got it", "Thank you so much!", "Alright then", "I see"] {
            assert!(is_nod(text), "{text}");
        }
        for text in ["ok?", "not ok", "Thanks, where is my parcel", "Good question", "all right reserved"] {
            assert!(!is_nod(text), "{text}");
        }
        assert!(is_greeting("Hi there!") && !is_greeting("Hi, where is my order?") && !is_greeting(""));
    }
}
