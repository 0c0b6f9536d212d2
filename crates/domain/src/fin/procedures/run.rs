//! Running procedures: each turn runs the steps up to the next wait.

use deskwire_store::fin_procedures as store;
use deskwire_store::fin_sessions::{FinMode, FinSession, FinStatus};
use serde_json::{Map, Value};

use super::super::phrases;
use super::super::session::Session;
use super::super::turns::{FinReply, complete, escalate, send_reply, wait};
use super::{Condition, Progress, Step, StepKind, hitl, steps};
use crate::Cx;
use crate::conversations::Edit;
use crate::conversations::ai_agent::ResolutionState;
use crate::error::{Error, Result};

/// Whether a session runs a procedure.
pub(in super::super) fn runs(session: &FinSession) -> bool {
    session.mode == FinMode::Procedure && session.procedure_id.is_some()
}

impl Progress {
    pub(super) fn of(session: &FinSession) -> Result<Self> {
        serde_json::from_str(&session.variables).map_err(Error::internal)
    }

    pub(super) fn write(&self, session: &mut FinSession) -> Result<()> {
        session.variables = serde_json::to_string(self).map_err(Error::internal)?;
        Ok(())
    }
}

/// Continues the procedure of a session. `said` is the user's last message.
pub(in super::super) fn advance(cx: &mut Cx, session: &mut Session, edit: &mut Edit, said: &str) -> Result<()> {
    let procedure = match session.now.procedure_id {
        Some(id) => store::get(cx, id)?,
        None => None,
    };
    let Some(procedure) = procedure else { return stop(cx, session, edit, None) };
    let all = steps(&procedure)?;
    let mut progress = Progress::of(&session.now)?;
    if progress.asked && phrases::asks_for_human(said) {
        return stop(cx, session, edit, Some("Escalation requested by user"));
    }
    loop {
        let at = usize::try_from(session.now.step).unwrap_or(usize::MAX);
        let Some(step) = all.get(at) else { return end(cx, session, edit) };
        if !step.is_due(&progress.values) {
            session.now.step += 1;
            continue;
        }
        let text = filled(&step.instructions, &progress.values);
        match step.kind {
            StepKind::Say => send_reply(cx, session, edit, &FinReply::plain(&[&text], true))?,
            StepKind::Ask if progress.asked => {
                let name = step.save_as.clone().unwrap_or_default();
                progress.values.insert(name, said.trim().into());
                progress.asked = false;
            }
            StepKind::Ask => {
                progress.asked = true;
                progress.write(&mut session.now)?;
                send_reply(cx, session, edit, &FinReply::plain(&[&text], true))?;
                return wait(cx, session);
            }
            StepKind::AskHuman if progress.asked => {
                // The user writes while Fin waits for a teammate.
                return send_reply(cx, session, edit, &FinReply::plain(&["A teammate is looking into this."], true));
            }
            StepKind::AskHuman => {
                progress.asked = true;
                progress.write(&mut session.now)?;
                return hitl::ask(cx, session, edit, &procedure.name, step, &text);
            }
            StepKind::HandOver => {
                send_reply(cx, session, edit, &FinReply::plain(&[&text], true))?;
                session.now.procedure_id = None;
                return escalate(cx, session, edit, None, ResolutionState::ProcedureHandoff);
            }
        }
        session.now.step += 1;
        progress.write(&mut session.now)?;
    }
}

/// Ends a procedure that has completed all its steps.
fn end(cx: &mut Cx, session: &mut Session, edit: &mut Edit) -> Result<()> {
    session.now.procedure_id = None;
    complete(cx, session, edit, Some(ResolutionState::AssumedResolution))
}

/// Hands over a conversation whose procedure cannot continue.
pub(super) fn stop(cx: &mut Cx, session: &mut Session, edit: &mut Edit, reason: Option<&str>) -> Result<()> {
    send_reply(cx, session, edit, &FinReply::plain(&["I'm handing you over to our team."], true))?;
    session.now.procedure_id = None;
    escalate(cx, session, edit, reason, ResolutionState::ProcedureHandoff)
}

/// Stores a teammate's answer, so that the next turn continues after the question.
pub(super) fn answered(session: &mut Session, values: Map<String, Value>) -> Result<()> {
    let mut progress = Progress::of(&session.now)?;
    progress.values.extend(values);
    progress.asked = false;
    progress.write(&mut session.now)?;
    session.now.step += 1;
    session.begin_turn(FinStatus::Thinking);
    Ok(())
}

impl Step {
    fn is_due(&self, values: &Map<String, Value>) -> bool {
        let holds = |Condition { name, is }: &Condition| values.get(name).is_some_and(|value| value == is);
        self.when.as_ref().is_none_or(holds)
    }
}

/// Replaces names in braces by the stored values.
fn filled(text: &str, values: &Map<String, Value>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((values.get(name)?, after))) {
            Some((Value::String(text), after)) => {
                out.push_str(text);
                rest = after;
            }
            Some((value, after)) => {
                out.push_str(&value.to_string());
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::filled;

    #[test]
    fn names_in_braces_stand_for_what_is_known() {
        let values = json!({"order": "A{b}", "n": 3, "b": "x"}).as_object().cloned().unwrap_or_default();
        assert_eq!(filled("{order}, {n} of {m} {", &values), "A{b}, 3 of {m} {");
    }
}
