//! Settings of mail.

use clap::Args;
use deskwire_domain::mail::Sender;
use deskwire_worker::mail::{Config, Server};

use crate::cli::{Failure, Result};
use crate::config::File;

/// The flags of mail.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct MailArguments {
    /// The mail server: `smtp://user:password@host:587`, `smtps://...`; without one, mail waits
    #[arg(long, value_name = "URL", env = "DESKWIRE_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<Server>,
    /// The address that mail comes from
    #[arg(long, value_name = "ADDRESS", env = "DESKWIRE_MAIL_FROM")]
    mail_from: Option<String>,
    /// The address of a mailbox that people read, for answers to mail; without one, mail says that nobody reads them
    #[arg(long, value_name = "ADDRESS", env = "DESKWIRE_MAIL_REPLY_TO")]
    mail_reply_to: Option<String>,
    /// The domain of Message-IDs [default: that of --mail-from]
    #[arg(long, value_name = "DOMAIN", env = "DESKWIRE_MAIL_DOMAIN")]
    mail_domain: Option<String>,
}

impl MailArguments {
    /// The same with what the file says where no flag does.
    pub(crate) fn over(self, file: &File) -> Self {
        Self {
            smtp_url: self.smtp_url.or_else(|| file.smtp_url.clone()),
            mail_from: self.mail_from.or_else(|| file.mail_from.clone()),
            mail_reply_to: self.mail_reply_to.or_else(|| file.mail_reply_to.clone()),
            mail_domain: self.mail_domain.or_else(|| file.mail_domain.clone()),
        }
    }

    /// What the worker goes by; none where no mail server is set.
    pub(crate) fn config(&self, public_url: Option<&str>) -> Result<Option<Config>> {
        let Some(server) = &self.smtp_url else { return Ok(None) };
        let Some(address) = &self.mail_from else {
            return Err(Failure::new("smtp_url is set, so mail_from must be: the address that mail comes from"));
        };
        let own = domain("mail_from", address)?;
        if let Some(address) = &self.mail_reply_to {
            domain("mail_reply_to", address)?;
        }
        let domain = self.mail_domain.as_deref().unwrap_or(own);
        if !is_plain(domain) || domain.contains('@') {
            return Err(Failure::new(format!("mail_domain must be a domain like example.org, not {domain:?}")));
        }
        let sender = Sender {
            address: address.clone(),
            domain: domain.to_owned(),
            reply_to: self.mail_reply_to.clone(),
            public_url: public_url.map(str::to_owned),
        };
        Ok(Some(Config { server: server.clone(), sender }))
    }
}

/// The domain of an address in a setting.
fn domain<'a>(setting: &str, address: &'a str) -> Result<&'a str> {
    let parts = address.rsplit_once('@').filter(|(name, domain)| is_plain(name) && is_plain(domain));
    let wrong = || Failure::new(format!("{setting} must be an address like support@example.org, not {address:?}"));
    parts.map(|(_, domain)| domain).ok_or_else(wrong)
}

/// Whether a text can stand on either side of an `@` as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-._+".contains(c))
}
