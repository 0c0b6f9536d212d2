"""Internal articles."""
from conftest import ids, refused, word
from intercom.types import CreateInternalArticleRequest
from intercom.unstable.types import CreateInternalArticleRequest as Newest


def test_internal_articles(client):
    author = int(client.admins.list().admins[0].id)
    articles = client.internal_articles
    new = CreateInternalArticleRequest(title=word("Internal "), body="Body", author_id=author, owner_id=author)
    made = articles.create_internal_article(request=new)
    number = int(made.id)
    assert made.body == '<p class="no-margin">Body</p>'
    assert articles.retrieve_internal_article(number).title == made.title
    assert articles.update_internal_article(number, title="Renamed").title == "Renamed"
    assert made.id in ids(articles.list_internal_articles().data)
    assert made.id in ids(articles.search_internal_articles().data.internal_articles)
    assert articles.delete_internal_article(number).deleted
    with refused(404, "not_found"):
        articles.retrieve_internal_article(number)


def test_internal_articles_of_the_newest_version(unstable):
    author = int(unstable.admins.list_admins().admins[0].id)
    articles = unstable.internal_articles
    made = articles.create_internal_article(request=Newest(title=word("Internal "), body="Body", author_id=author, owner_id=author))
    number = int(made.id)
    assert articles.retrieve_internal_article(number).title == made.title
    assert articles.update_internal_article(number, title="Renamed").title == "Renamed"
    assert made.id in ids(articles.list_internal_articles().data)
    assert made.id in ids(articles.search_internal_articles().data.internal_articles)
    assert articles.delete_internal_article(number).deleted
