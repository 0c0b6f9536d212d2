import pytest
from conftest import field, ids, refused, word
from intercom.unstable.types import RegisterFinVoiceCallRequest


def declared(calls):
    """The call of the workspace file: it is the one with a recording."""
    return next(call for call in calls.data if call.recording_url)


@pytest.mark.parametrize("namespace", ["client", "unstable"])
def test_calls_are_listed_and_shown_with_transcript_and_recording(namespace, request):
    calls = request.getfixturevalue(namespace).calls
    call = declared(calls.list_calls(per_page=25))
    assert (call.state, call.direction, call.phone) == ("completed", "inbound", "+353832345678")
    assert calls.show_call(call.id).id == call.id
    assert calls.with_raw_response.show_call_recording(call.id).headers["content-type"] == "audio/wav"
    assert calls.show_call_recording(call.id) is None
    assert calls.show_call_transcript(call.id).endswith('User: "My invoice is wrong."')
    found = calls.list_calls_with_transcripts(conversation_ids=[call.conversation_id])
    assert call.id in ids(found.data)
    with refused(404, "not_found"):
        calls.show_call("7")


def test_calls_that_fin_answers_are_registered(unstable):
    number, external_id = "+353832345680", word("call-")
    made = unstable.calls.register_fin_voice_call(request=RegisterFinVoiceCallRequest(phone_number=number, call_id=external_id))
    assert (made.status, made.user_phone_number) == ("registered", number)
    assert unstable.calls.collect_fin_voice_call_by_id(made.id).external_call_id == external_id
    assert unstable.calls.collect_fin_voice_call_by_external_id(external_id).id == made.id
    # The SDK takes this answer for an error, and leaves it as it is.
    assert field(unstable.calls.collect_fin_voice_call_by_phone_number(number), "id") == made.id
    with refused(404, "not_found"):
        unstable.calls.collect_fin_voice_call_by_external_id("nobody")
