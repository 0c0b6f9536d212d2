from conftest import connect, ids, refused


def test_brands_and_email_addresses(unstable):
    brands = unstable.brands.list_brands().data
    assert [(brand.name, brand.is_default) for brand in brands] == [("Acme", True), ("Acme Labs", False)]
    assert all(unstable.brands.retrieve_brand(brand.id).name == brand.name for brand in brands)
    addresses = unstable.emails.list_emails().data
    assert [address.email for address in addresses] == ["help@acme.test", "labs@acme.test"]
    assert unstable.emails.retrieve_email(addresses[1].id).brand_id == brands[1].id
    with refused(404, "not_found"):
        unstable.emails.retrieve_email("999")


def test_macros_are_paged_and_found(unstable):
    first = unstable.macros.list_macros(per_page=1, updated_since=1)
    second = unstable.macros.list_macros(per_page=1, starting_after=first.pages.next.starting_after)
    assert second.pages.next is None
    assert ids(first.data + second.data) == ids(unstable.macros.list_macros().data)
    sorry = next(one for one in first.data + second.data if one.name == "Sorry")
    assert unstable.macros.get_macro(sorry.id).body_text == "We are sorry, {{user.name}}."


def test_the_ip_allowlist_is_changed():
    client = connect("2.16")
    with refused(422, "parameter_invalid"):
        client.ip_allowlist.update_ip_allowlist(enabled=True, ip_allowlist=["192.0.2.1"])
    networks = ["127.0.0.0/8", "::1"]
    assert client.ip_allowlist.update_ip_allowlist(enabled=True, ip_allowlist=networks).enabled
    assert client.ip_allowlist.get_ip_allowlist().ip_allowlist == networks
    assert not client.ip_allowlist.update_ip_allowlist(enabled=False, ip_allowlist=[]).enabled
