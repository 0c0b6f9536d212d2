"""Help centers, collections and articles."""
from conftest import ids, refused, word
from intercom.types import CreateArticleRequest


def author(client):
    return int(client.admins.list().admins[0].id)


def test_help_centers(client):
    [center] = list(client.help_centers.list())
    assert client.help_centers.find(int(center.id)).identifier == "help-center"
    with refused(404, "not_found"):
        client.help_centers.find(999999999)


def test_collections(client):
    collections = client.help_centers.collections
    one = collections.create(name=word("Collection "))
    inner = collections.create(name=word("Inner "), parent_id=one.id)
    assert inner.parent_id == one.id
    assert collections.find(int(one.id)).name == one.name
    assert collections.update(int(one.id), name="Renamed").name == "Renamed"
    assert {one.id, inner.id} <= set(ids(collections.list()))
    assert collections.delete(int(one.id)).deleted
    with refused(404, "not_found"):
        collections.find(int(one.id))
    assert collections.find(int(inner.id)).parent_id is None


def test_articles(client):
    title = word("walrus")
    one = client.articles.create(
        request=CreateArticleRequest(title=title, author_id=author(client), body="Body", state="published")
    )
    assert (one.title, one.body, one.state) == (title, '<p class="no-margin">Body</p>', "published")
    assert client.articles.find(int(one.id)).title == title
    assert one.id in ids(client.articles.list())
    found = client.articles.search(phrase=title, state="published", highlight=True)
    assert [article.id for article in found.data.articles] == [one.id]
    assert found.data.highlights[0].highlighted_title[0].text == title
    assert client.articles.update(int(one.id), title="Renamed").title == "Renamed"
    assert client.articles.delete(int(one.id)).deleted
    with refused(404, "not_found"):
        client.articles.find(int(one.id))
