//! The demo's help center: collections and twelve articles in two languages.

use std::collections::BTreeMap;

use deskwire_domain::articles::{self, ArticleState, Input, Reaction, Text, body};
use deskwire_domain::collections::{self, Levels, Translation};
use deskwire_domain::content;
use deskwire_domain::ids::CollectionId;
use deskwire_domain::{Cx, Result, tags};

/// A collection and its parent.
struct Collection {
    /// English, then French.
    name: [&'static str; 2],
    description: [&'static str; 2],
    /// The index of its parent.
    parent: Option<usize>,
}

/// An article to create.
struct Article {
    /// The index of its collection.
    collection: usize,
    /// English, then French.
    title: [&'static str; 2],
    description: [&'static str; 2],
    /// Markdown.
    body: [&'static str; 2],
    is_published: bool,
    /// Views, then happy, neutral and sad reactions.
    read: [i64; 4],
}

const COLLECTIONS: &[Collection] = &[
    Collection {
        name: ["Getting started", "Premiers pas"],
        description: ["Set up your account", "Configurez votre compte"],
        parent: None,
    },
    Collection {
        name: ["Orders and delivery", "Commandes et livraison"],
        description: ["From the cart to your door", "Du panier à votre porte"],
        parent: None,
    },
    Collection {
        name: ["Returns", "Retours"],
        description: ["When something is not right", "Quand quelque chose ne va pas"],
        parent: Some(1),
    },
    Collection {
        name: ["Billing", "Facturation"],
        description: ["Invoices, payments and plans", "Factures, paiements et abonnements"],
        parent: None,
    },
];

const ARTICLES: &[Article] = &[
    Article {
        collection: 0,
        title: ["Create your account", "Créer votre compte"],
        description: ["Sign up in two minutes", "Inscrivez-vous en deux minutes"],
        body: [
            "# Create your account\n\n1. Open the sign-up page.\n2. Enter your work email address.\n3. Follow the link in the message that we send.\n\nThe link is valid for **24 hours**.\n",
            "# Créer votre compte\n\n1. Ouvrez la page d’inscription.\n2. Saisissez votre adresse professionnelle.\n3. Suivez le lien du message que nous envoyons.\n\nLe lien est valable **24 heures**.\n",
        ],
        is_published: true,
        read: [812, 61, 9, 4],
    },
    Article {
        collection: 0,
        title: ["Reset your password", "Réinitialiser votre mot de passe"],
        description: ["What to do when you cannot sign in", "Que faire si vous ne pouvez pas vous connecter"],
        body: [
            "Choose **Forgot password** on the sign-in page. We send a link to your email address.\n\nNo message? Look into the spam folder, or ask an owner of the workspace for help.\n",
            "Choisissez **Mot de passe oublié** sur la page de connexion. Nous envoyons un lien à votre adresse.\n\nPas de message ? Regardez dans les indésirables, ou demandez de l’aide à un propriétaire.\n",
        ],
        is_published: true,
        read: [1_930, 140, 31, 22],
    },
    Article {
        collection: 0,
        title: ["Invite your teammates", "Inviter vos collègues"],
        description: ["Roles and seats", "Rôles et licences"],
        body: [
            "Owners invite teammates under *Settings > Teammates*. Each teammate has a role:\n\n- **Admin** manages everything\n- **Agent** answers conversations\n",
            "Les propriétaires invitent des collègues sous *Réglages > Équipe*. Chacun a un rôle :\n\n- **Admin** gère tout\n- **Agent** répond aux conversations\n",
        ],
        is_published: true,
        read: [344, 25, 3, 1],
    },
    Article {
        collection: 1,
        title: ["Where is my order?", "Où est ma commande ?"],
        description: ["Track a parcel", "Suivre un colis"],
        body: [
            "Each order has a tracking link in its confirmation message. Parcels within Ireland take 2 days, within Europe 5.\n\nA parcel that has not moved for a week is lost: write to us, and we send another one.\n",
            "Chaque commande a un lien de suivi dans son message de confirmation. Un colis met 2 jours en Irlande, 5 en Europe.\n\nUn colis immobile depuis une semaine est perdu : écrivez-nous, et nous en envoyons un autre.\n",
        ],
        is_published: true,
        read: [4_105, 260, 80, 95],
    },
    Article {
        collection: 1,
        title: ["Change the delivery address", "Changer l’adresse de livraison"],
        description: ["Before a parcel leaves", "Avant le départ d’un colis"],
        body: [
            "You can change the address until the order is **shipped**: open the order and choose *Edit address*. After that, ask the carrier.\n",
            "Vous pouvez changer l’adresse tant que la commande n’est pas **expédiée** : ouvrez-la et choisissez *Modifier l’adresse*. Ensuite, demandez au transporteur.\n",
        ],
        is_published: true,
        read: [988, 71, 12, 15],
    },
    Article {
        collection: 1,
        title: ["Delivery times and costs", "Délais et frais de livraison"],
        description: ["By country", "Par pays"],
        body: [
            "| Country | Days | Cost |\n| --- | --- | --- |\n| Ireland | 2 | free |\n| European Union | 5 | 7 EUR |\n| Elsewhere | 10 | 19 EUR |\n",
            "| Pays | Jours | Frais |\n| --- | --- | --- |\n| Irlande | 2 | gratuit |\n| Union européenne | 5 | 7 EUR |\n| Ailleurs | 10 | 19 EUR |\n",
        ],
        is_published: true,
        read: [1_420, 96, 20, 6],
    },
    Article {
        collection: 2,
        title: ["Return an item", "Retourner un article"],
        description: ["Within 30 days", "Sous 30 jours"],
        body: [
            "You can return anything within **30 days**. Open the order, choose *Return*, print the label and take the parcel to a post office.\n",
            "Vous pouvez tout retourner sous **30 jours**. Ouvrez la commande, choisissez *Retourner*, imprimez l’étiquette et déposez le colis à la poste.\n",
        ],
        is_published: true,
        read: [2_210, 180, 25, 19],
    },
    Article {
        collection: 2,
        title: ["When will I get my refund?", "Quand serai-je remboursé ?"],
        description: ["How refunds are paid", "Comment sont payés les remboursements"],
        body: [
            "We refund the day after an item comes back. Banks take another 3 to 5 days; a voucher is there at once.\n",
            "Nous remboursons le lendemain du retour d’un article. Les banques mettent encore 3 à 5 jours ; un bon est là aussitôt.\n",
        ],
        is_published: true,
        read: [1_777, 88, 41, 60],
    },
    Article {
        collection: 2,
        title: ["Report a damaged item", "Signaler un article abîmé"],
        description: ["Send us a picture", "Envoyez-nous une photo"],
        body: [
            "Write to us with a picture and the number of the order. There is no need to send the item back.\n",
            "Écrivez-nous avec une photo et le numéro de la commande. Inutile de renvoyer l’article.\n",
        ],
        is_published: true,
        read: [402, 39, 4, 2],
    },
    Article {
        collection: 3,
        title: ["Download your invoices", "Télécharger vos factures"],
        description: ["As PDF", "En PDF"],
        body: [
            "All invoices are under *Settings > Billing*. To have them sent each month, add an address there.\n",
            "Toutes les factures sont sous *Réglages > Facturation*. Pour les recevoir chaque mois, ajoutez-y une adresse.\n",
        ],
        is_published: true,
        read: [655, 52, 6, 3],
    },
    Article {
        collection: 3,
        title: ["Change or cancel your plan", "Changer ou résilier votre abonnement"],
        description: ["At the end of any month", "À la fin de chaque mois"],
        body: [
            "Owners change the plan under *Settings > Billing*. A plan that is cancelled ends with the month, and nothing is deleted for 90 days.\n",
            "Les propriétaires changent l’abonnement sous *Réglages > Facturation*. Un abonnement résilié se termine avec le mois, et rien n’est supprimé pendant 90 jours.\n",
        ],
        is_published: true,
        read: [539, 30, 11, 14],
    },
    Article {
        collection: 3,
        title: ["Payment methods", "Moyens de paiement"],
        description: ["Cards, transfers and direct debit", "Cartes, virements et prélèvements"],
        body: [
            "We take cards, transfers and SEPA direct debit. *This page is being rewritten.*\n",
            "Nous acceptons les cartes, les virements et les prélèvements SEPA. *Cette page est en cours de réécriture.*\n",
        ],
        is_published: false,
        read: [0, 0, 0, 0],
    },
];

/// Creates the help center's content. One article has unpublished changes.
pub(super) fn fill(cx: &mut Cx) -> Result<()> {
    let mut places: Vec<CollectionId> = Vec::new();
    for collection in COLLECTIONS {
        let [name, french] = collection.name;
        let [description, french_description] = collection.description.map(str::to_owned);
        let translation = Translation { name: Some(french.to_owned()), description: Some(french_description) };
        let input = collections::Input {
            name: Some(name.to_owned()),
            description: Some(Some(description)),
            parent_id: collection.parent.map(|at| places.get(at).copied()).map(Some),
            translations: BTreeMap::from([("fr".to_owned(), Some(translation))]),
            ..collections::Input::default()
        };
        places.push(collections::create(cx, Levels::All, &input)?.collection.id);
    }
    let mut first = None;
    for article in ARTICLES {
        let input = Input {
            text: text(cx, article, 0)?,
            translations: BTreeMap::from([("fr".to_owned(), text(cx, article, 1)?)]),
            collections: Some(vec![places.get(article.collection).copied()]),
            ..Input::default()
        };
        let id = articles::create(cx, &input)?.article.id;
        let [views, happy, neutral, sad] = article.read;
        articles::viewed(cx, id, views, views / 50)?;
        for (reaction, times) in [(Reaction::Happy, happy), (Reaction::Neutral, neutral), (Reaction::Sad, sad)] {
            articles::react(cx, id, reaction, times)?;
        }
        first.get_or_insert(id);
    }
    let Some(first) = first else { return Ok(()) };
    let staged = Text { title: Some("Create an account".to_owned()), ..Text::default() };
    articles::stage(cx, first, &Input { text: staged, ..Input::default() })?;
    if let Some(tag) = tags::list(cx)?.first() {
        content::tag(cx, first, Some(tag.id), None)?;
    }
    Ok(())
}

/// The content of an article in a language.
fn text(cx: &Cx, article: &Article, language: usize) -> Result<Text> {
    let state = if article.is_published { ArticleState::Published } else { ArticleState::Draft };
    Ok(Text {
        title: Some(article.title[language].to_owned()),
        description: Some(article.description[language].to_owned()),
        body: Some(body::read_markdown(article.body[language], "", "body_markdown")?),
        author_id: cx.actor().admin_id(),
        state: Some(state),
        ..Text::default()
    })
}
