//! Passwords: argon2id, which is slow and uses much memory on purpose. Nothing here may run inside a transaction.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier};

use crate::error::{Error, Result};
use crate::secrets;

/// The minimum length of a password, in characters.
pub const MIN_LENGTH: usize = 8;
/// The maximum length of a password, in bytes; longer ones are never hashed.
pub const MAX_BYTES: usize = 1_000;
/// The maximum memory, in KiB, and the maximum number of passes that an imported hash may demand.
const MAX_MEMORY: u32 = 256 << 10;
const MAX_PASSES: u32 = 10;
/// The hash for unknown accounts, which matches no password, so that verifying takes as long as for known ones.
const UNKNOWN_ACCOUNT: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3MgcGFzc3dk$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Rejects a new password that is too short or too long.
pub fn check_length(password: &str) -> Result<()> {
    if password.chars().count() < MIN_LENGTH {
        return Err(Error::invalid(format!("a password has at least {MIN_LENGTH} characters")));
    }
    if password.len() > MAX_BYTES {
        return Err(Error::invalid(format!("a password has at most {MAX_BYTES} bytes")));
    }
    Ok(())
}

/// The stored form of a password: a PHC string with its own salt.
pub fn hash(password: &str) -> Result<String> {
    check_length(password)?;
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// Whether the password matches a hash. Takes the same time without a hash.
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    let (stored, is_somebody) = (hash.unwrap_or(UNKNOWN_ACCOUNT), hash.is_some());
    let Ok(stored) = PasswordHash::new(stored) else { return false };
    let fits = Argon2::default().verify_password(password.as_bytes(), &stored).is_ok();
    fits && is_somebody && password.len() <= MAX_BYTES
}

/// Validates an imported hash: it must be argon2id, and its cost must be bounded.
pub fn check(hash: &str) -> Result<()> {
    let invalid_hash = |message: &str| Error::invalid(format!("password_hash {message}"));
    let parsed = PasswordHash::new(hash).map_err(|_| invalid_hash("is not a PHC string"))?;
    if Algorithm::new(parsed.algorithm.as_str()).ok() != Some(Algorithm::Argon2id) {
        return Err(invalid_hash("must be of argon2id"));
    }
    let params = Params::try_from(&parsed).map_err(|_| invalid_hash("has parameters that argon2id does not take"))?;
    if params.m_cost() > MAX_MEMORY || params.t_cost() > MAX_PASSES {
        return Err(invalid_hash("asks for too much: at most m=262144 and t=10"));
    }
    if parsed.salt.is_none() || parsed.hash.is_none() {
        return Err(invalid_hash("lacks its salt or its hash"));
    }
    Ok(())
}

/// A random password.
pub fn generate() -> Result<String> {
    secrets::text::<15>()
}

#[cfg(test)]
mod tests {
    use super::{UNKNOWN_ACCOUNT, check, generate, hash, verify};

    #[test]
    fn a_password_fits_its_hash_and_no_other() {
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(stored, hash("correct horse").unwrap(), "every hash has a salt of its own");
        check(&stored).unwrap();
        assert!(verify("correct horse", Some(&stored)));
        assert!(!verify("Correct horse", Some(&stored)));
        assert!(!verify("", Some(&stored)));
        assert!(!verify("correct horse", None));
        assert!(!verify("correct horse", Some("nonsense")));
        assert!(hash("1234567").is_err());
        assert!(hash(&"x".repeat(1_001)).is_err());
        assert!(generate().unwrap().len() >= 20);
    }

    #[test]
    fn only_hashes_that_can_be_used_are_taken() {
        check(UNKNOWN_ACCOUNT).unwrap();
        for bad in [
            "secret",
            "$2b$12$abcdefghijklmnopqrstuv",
            &UNKNOWN_ACCOUNT.replace("argon2id", "argon2i"),
            &UNKNOWN_ACCOUNT.replace("m=19456", "m=4194304"),
            &UNKNOWN_ACCOUNT.replace("t=2", "t=1000"),
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3MgcGFzc3dk",
            "$argon2id$v=19$m=19456,t=2,p=1",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
