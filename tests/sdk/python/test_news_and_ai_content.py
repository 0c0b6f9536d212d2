from conftest import ids, refused, word
from intercom.news import NewsfeedAssignment


def test_news_items_are_created_published_and_deleted(client):
    feed = client.news.feeds.list().data[0]
    assert client.news.feeds.find(feed.id).name == "Product updates"
    sender = int(client.admins.list().admins[0].id)
    title = word("News ")
    assigned = [NewsfeedAssignment(newsfeed_id=int(feed.id), published_at=1664638214)]
    made = client.news.items.create(title=title, sender_id=sender, state="live", newsfeed_assignments=assigned)
    assert made.newsfeed_assignments[0].published_at == 1664638214
    number = int(made.id)
    assert made.id in ids(client.news.feeds.list_items(feed.id).data)
    changed = client.news.items.update(number, title=title, sender_id=sender, reactions=["👍", None])
    assert changed.reactions == ["👍", None]
    assert client.news.items.find(number).title == title
    assert made.id in ids(client.news.items.list().data)
    assert client.news.items.delete(number).deleted
    with refused(404, "not_found"):
        client.news.items.find(number)


def test_pages_of_a_source_are_saved_and_deleted(client):
    url = f"https://{word('site')}.example.test"
    source = client.ai_content.create_content_import_source(url=url)
    number = str(source.id)
    off = client.ai_content.update_content_import_source(number, sync_behavior="api", url=url, status="deactivated")
    assert off.status == "deactivated"
    assert client.ai_content.get_content_import_source(number).url == url
    assert source.id in ids(client.ai_content.list_content_import_sources().data)
    page = client.ai_content.create_external_page(title="Test", html="<p>x</p>", source_id=source.id, external_id=word("page"), url=url)
    changed = client.ai_content.update_external_page(page.id, title="New", html="<p>y</p>", source_id=source.id, url=url)
    assert (changed.title, changed.html) == ("New", "<p>y</p>")
    assert client.ai_content.get_external_page(page.id).title == "New"
    assert page.id in ids(client.ai_content.list_external_pages().data)
    assert client.ai_content.delete_external_page(page.id).id == page.id
    assert client.ai_content.delete_content_import_source(number) is None
    with refused(404, "not_found"):
        client.ai_content.get_content_import_source(number)
