//! The fields of a company that a caller may set.

use deskwire_store::companies as store;
use serde_json::{Map, Value};

use super::Company;
use crate::Cx;
use crate::attributes::{self, Known};
use crate::contacts::fold;
use crate::error::{Error, Result};

/// A field of a request: absent (`None`), null (`Some(None)`) or set.
type Patch<T> = Option<Option<T>>;

/// The maximum monthly spend.
const MAX: i64 = 2_147_483_647;

/// The fields of a company in a request.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are the API's")]
pub struct Input {
    pub company_id: Patch<String>,
    pub name: Patch<String>,
    /// The plan's name; a plan is made when its name is first used.
    pub plan: Patch<String>,
    pub size: Patch<i64>,
    pub website: Patch<String>,
    pub industry: Patch<String>,
    pub monthly_spend: Patch<i64>,
    pub remote_created_at: Patch<i64>,
    pub update_last_request_at: bool,
    pub custom_attributes: Option<Map<String, Value>>,
}

impl Input {
    /// The caller's own id, if it names one.
    pub(super) fn company_id(&self) -> Option<&str> {
        given(self.company_id.as_ref())
    }

    /// The name, if it gives one.
    pub(super) fn name(&self) -> Option<&str> {
        given(self.name.as_ref())
    }

    /// Sets the fields of a company, except its `company_id`, which never changes.
    pub(super) fn apply(&self, cx: &mut Cx, company: &mut Company, known: &mut Known) -> Result<()> {
        if let Some(name) = &self.name {
            company.name = filled(name.as_ref());
            company.name_key = company.name.as_deref().map(fold);
        }
        for (value, target) in [(&self.website, &mut company.website), (&self.industry, &mut company.industry)] {
            if let Some(value) = value {
                *target = filled(value.as_ref());
            }
        }
        if let Some(size) = self.size {
            company.size = size;
        }
        if let Some(spend) = self.monthly_spend {
            company.monthly_spend = monthly_spend(spend.unwrap_or(0))?;
        }
        if let Some(at) = self.remote_created_at {
            company.remote_created_at = at;
        }
        if self.update_last_request_at {
            company.last_request_at = Some(cx.now());
        }
        if let Some(changes) = self.custom_attributes.as_ref().filter(|c| !c.is_empty()) {
            company.custom_attributes = attributes::merge(known.all(cx)?, &company.custom_attributes, changes)?;
        }
        if let Some(plan) = &self.plan {
            company.plan_id = filled(plan.as_ref()).map(|name| store::plan_id(cx, &name)).transpose()?;
        }
        Ok(())
    }
}

fn monthly_spend(spend: i64) -> Result<i64> {
    if (-MAX..=MAX).contains(&spend) {
        return Ok(spend);
    }
    Err(Error::invalid(format!("monthly_spend must be at most {MAX}")).field("monthly_spend"))
}

/// An empty text counts as none.
fn filled(text: Option<&String>) -> Option<String> {
    text.filter(|t| !t.trim().is_empty()).cloned()
}

fn given(value: Option<&Option<String>>) -> Option<&str> {
    value?.as_deref().filter(|text| !text.trim().is_empty())
}
