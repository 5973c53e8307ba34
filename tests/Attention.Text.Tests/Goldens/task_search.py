"""The searches of make_translator.py and make_generator.py, as Hugging Face's GenerationConfig says what its members mean."""
import math
from make_tasks import check_apart


def processed(scores, text, start, ends, most, said):
    """Scores of what follows a text that begins with start, as the members change them."""
    scores, vocabulary, last = list(scores), range(len(scores)), len(text) == most - 1
    penalty, size = said.get("repetition_penalty", 1.0), said.get("no_repeat_ngram_size", 0)
    for token in set(text) if penalty != 1 else ():
        scores[token] = scores[token] * penalty if scores[token] < 0 else scores[token] / penalty
    never = {text[i + size - 1] for i in range(len(text) - size + 1) if text[i:i + size - 1] == text[len(text) - size + 1:]} if size else set()
    never |= {sequence[-1] for sequence in said.get("bad_words_ids") or () if text[1:][len(text) - len(sequence):] == sequence[:-1]}
    if len(text) < said.get("min_length", 0) and "min_new_tokens" not in said or len(text) - start < said.get("min_new_tokens", 0):
        never |= set(ends)
    first = said.get("forced_bos_token_id")
    if first is not None and len(text) == 1:
        scores, never = [0.0 if token == first else -math.inf for token in vocabulary], set()
    if said.get("forced_eos_token_id") is not None and last:
        scores, never = [0.0 if token == said["forced_eos_token_id"] else -math.inf for token in vocabulary], set()
    never |= set(said.get("suppress_tokens", ()))
    if len(text) - start == (1 if first is not None and start == 1 else 0):
        never |= set(said.get("begin_suppress_tokens", ()))
    return [-math.inf if token in never else score for token, score in enumerate(scores)]


def most_of(said, start):
    return start + said["max_new_tokens"] if "max_new_tokens" in said else said["max_length"]


def clear(values, least):
    check_apart([value for value in values if value > -math.inf], least)


def greedy(logits, start, ends, said):
    text, most = list(start), most_of(said, len(start))
    while len(text) < most:
        scores = processed(logits(text).tolist(), text, len(start), ends, most, said)
        clear(sorted(scores)[-2:], 1e-4)
        best = max(range(len(scores)), key=scores.__getitem__)
        if best in ends:
            break
        text.append(best)
    return {"ids": text[len(start):]}


def log_softmax(scores):
    largest = max(scores)
    total = math.log(sum(math.exp(score - largest) for score in scores)) + largest
    return [score - total for score in scores]


def beam_search(logits, start, ends, said):
    """Beams that go on, and the best of those that ended, by log-probability over the generated length to a power."""
    width, power, early, most, begin = said["num_beams"], said.get("length_penalty", 1.0), said.get("early_stopping", False), most_of(said, len(start)), len(start)
    beams, ended = [(0.0, list(start))], []
    while beams:
        candidates = []
        for total, text in beams:
            scores = processed(log_softmax(logits(text).tolist()), text, begin, ends, most, said)
            if said.get("renormalize_logits"):
                scores = log_softmax(scores)
            candidates += [(total + score, text + [token]) for token, score in enumerate(scores) if score > -math.inf]
        candidates = sorted(candidates, key=lambda candidate: -candidate[0])[:2 * width + 1]
        clear([total for total, _ in candidates], 1e-6)
        length = len(candidates[0][1])
        ended += [(total / (length - begin) ** power, total, text) for total, text in candidates[:width] if text[-1] in ends or length == most]
        ended = sorted(ended, key=lambda one: -one[0])[:width]
        beams = [(total, text) for total, text in candidates[:2 * width] if text[-1] not in ends][:width] if length < most else []
        if beams and len(ended) == width:
            attainable = beams[0][0] / ((most if early == "never" and power > 0 else length) - begin) ** power
            assert abs(attainable - ended[-1][0]) > 1e-6
            if early is True or attainable <= ended[-1][0]:
                break
    assert len(ended) == 1 or ended[0][0] - ended[1][0] > 1e-5
    _, total, text = ended[0]
    return {"ids": text[begin:-1] if text[-1] in ends else text[begin:], "log_probability": total}
