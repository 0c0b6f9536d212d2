"""Articles, news, AI content and help centers through the SDK's unstable namespace."""
import pytest
from conftest import ids, refused, word


@pytest.fixture
def sender(unstable):
    return int(unstable.admins.list_admins().admins[0].id)


def test_articles_are_created_found_and_deleted(unstable, sender):
    title = word("Article ")
    made = unstable.articles.create_article(request={"title": title, "author_id": sender, "state": "published"})
    assert unstable.articles.retrieve_article(int(made.id)).title == title
    assert unstable.articles.list_articles().total_count >= 1
    assert unstable.articles.search_articles(phrase=title, state="published").total_count >= 1
    assert unstable.articles.delete_article(int(made.id)).deleted


def test_internal_articles_are_created_changed_and_deleted(unstable, sender):
    title = word("Internal ")
    articles = unstable.internal_articles
    made = articles.create_internal_article(request={"title": title, "author_id": sender, "owner_id": sender})
    assert articles.retrieve_internal_article(int(made.id)).title == title
    assert articles.update_internal_article(int(made.id), title="New").title == "New"
    assert made.id in ids(articles.list_internal_articles().data)
    assert articles.search_internal_articles().total_count >= 1
    assert articles.delete_internal_article(int(made.id)).deleted


def test_collections_are_created_changed_and_deleted(unstable):
    centers = unstable.help_center
    center = centers.list_help_centers().data[0]
    assert centers.retrieve_help_center(int(center.id)).id == center.id
    made = centers.create_collection(name=word("Collection "))
    assert centers.retrieve_collection(int(made.id)).name == made.name
    assert centers.update_collection(int(made.id), name="New").name == "New"
    assert centers.list_all_collections().total_count >= 1
    assert centers.delete_collection(int(made.id)).deleted


def test_news_items_are_created_changed_and_deleted(unstable, sender):
    feed, title = unstable.news.list_newsfeeds().data[0], word("News ")
    assert unstable.news.retrieve_newsfeed(feed.id).name == "Product updates"
    assigned = [{"newsfeed_id": int(feed.id), "published_at": 1664638214}]
    made = unstable.news.create_news_item(title=title, sender_id=sender, state="live", newsfeed_assignments=assigned)
    assert unstable.news.retrieve_news_item(int(made.id)).title == title
    assert made.id in ids(unstable.news.list_live_newsfeed_items(feed.id).data)
    assert unstable.news.update_news_item(int(made.id), title="New", sender_id=sender).title == "New"
    assert made.id in ids(unstable.news.list_news_items().data)
    assert unstable.news.delete_news_item(int(made.id)).deleted


def test_sources_and_pages_are_saved_and_deleted(unstable):
    content, url = unstable.ai_content, f"https://{word('site')}.example.test"
    source = content.create_content_import_source(url=url)
    number = str(source.id)
    assert content.get_content_import_source(number).url == url
    assert content.update_content_import_source(number, sync_behavior="api", url=url, status="deactivated").status == "deactivated"
    assert source.id in [one.id for one in content.list_content_import_sources().data]
    page = content.create_external_page(title="Test", html="<p>x</p>", source_id=source.id, external_id=word("page"), url=url)
    assert content.update_external_page(page.id, title="New", html="<p>y</p>", source_id=source.id, url=url).title == "New"
    assert content.get_external_page(page.id).title == "New"
    assert page.id in ids(content.list_external_pages().data)
    assert content.delete_external_page(page.id).id == page.id
    content.delete_content_import_source(number)
    with refused(404, "not_found"):
        content.get_content_import_source(number)
