"""The texts of make_tasks.py."""

CORPUS = """the quick brown fox jumps over the lazy dog and the other dogs do not know what to think of it
a translator reads a sentence and writes another one, which means the same in a language that the reader knows
the north wind and the sun were disputing which was the stronger, when a traveller came along wrapped in a warm cloak
who asks a question wants an answer, and who has an answer waits for the question
readers of the newspaper write letters to the editor about trains, rain, and the price of bread
""".splitlines()

LETTERS = "abcdefghijklmnopqrstuvwxyz A B C D E F G H I J K L M N O P Q R S T U V W X Y Z 0123456789"

SENTENCES = [
    "The trains were late again, and nobody said why.",
    "What a wonderful answer!",
    "Do you know who wrote this letter to the editor?",
    "RAIN, rain, and more rain.",
    "A traveller came along, wrapped in a warm cloak.",
    "Café au lait, crème brûlée; naïve façades.",
    "The price of bread: 3.50 euros (a reader's question).",
    "",
    "Emoji 🎉 and 日本 are unknown signs, tokens of no piece.",
    "translating unquestionably misunderstood newspapers",
    " ".join(["The north wind and the sun were disputing which was the stronger,"] * 9),
    "The editor answers. " * 12,
]

SHORT, LONG, LONGER = "Who wrote the letter?", "the reader knows what the editor wrote about the price of bread. " * 4, "trains wait for the rain, and the wind waits for the trains, " * 6

PAIRS = [
    ("Who wrote the letter?", "The editor wrote it, said the reader."),
    ("Who wrote the letter?", "The rain was warm."),
    ("What is the price of bread?", "Bread costs 3.50 euros."),
    ("What is the price of bread?", ""),
    ("Is the wind stronger than the sun?", "The north wind and the sun were disputing which was the stronger."),
    ("the sun", "the sun"),
    (SHORT, LONGER),
    (LONGER, SHORT),
    (LONG, LONGER),
    (LONGER, LONG),
    (LONG, LONG),
]

NAMES = [
    "Zoë Müller and José Núñez met in São Paulo.",
    "Yesterday 🎉 Anna Karenina 👩‍👩‍👧 left Saint Petersburg 🚂 for New York City.",
    "The editor of the New York newspaper, Mary-Jane Watson, wrote to Łukasz.",
    "Dr. O'Neill lives at 12 Downing Street, London (England).",
    "nobody wrote anything about anybody",
    "Nai\u0308ve Chloe\u0308's cafe\u0301s: Bogota\u0301, Cali.",
    "𝕏 is a letter; 🇫🇷Paris🇫🇷 is a city in France 日本 too.",
    "Johannes Gutenberg printed in Mainz, Strasbourg and Frankfurt. " * 5,
]
