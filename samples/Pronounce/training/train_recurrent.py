# Trains two recurrent spellers on the pronouncing dictionary: additive attention (Bahdanau et al. 2015) and multiplicative
# attention with input feeding (Luong et al. 2015, "general"). Usage: train_recurrent.py additive|general MINUTES OUT
import json, math, re, struct, sys, time, zlib, torch, torch.nn as nn, torch.nn.functional as F
KIND,MINUTES,OUT=sys.argv[1],float(sys.argv[2]),sys.argv[3]
torch.manual_seed(11); torch.set_num_threads(1)
E,H,A,MAXS,MAXT=64,128,128,32,32; D=2*H
src=open('package/index.js').read(); rows=re.findall(r'^\s+(?:"([^"]+)"|([a-z]+)): "([^"]+)"',src,re.M); pairs=[]
for a,b,p in rows:
    w=re.sub(r'\(\d+\)$','',a or b)
    if re.fullmatch(r"[a-z'.\-]+",w) and 1<=len(w)<=MAXS-2 and len(p.split())<=MAXT-2: pairs.append((w,p.split()))
letters=['<pad>','<bos>','<eos>']+sorted({c for w,_ in pairs for c in w}); phones=['<pad>','<bos>','<eos>']+sorted({x for _,p in pairs for x in p})
li={c:i for i,c in enumerate(letters)}; pi={c:i for i,c in enumerate(phones)}; split=lambda w: zlib.crc32(w.encode())%100
train=[x for x in pairs if split(x[0])>=6]; dev=[x for x in pairs if split(x[0])==5]; test=[x for x in pairs if split(x[0])<5]
class Net(nn.Module):
    def __init__(s):
        super().__init__()
        s.source_embedding=nn.Embedding(len(letters),E); s.target_embedding=nn.Embedding(len(phones),E)
        s.encoder=nn.GRU(E,H,batch_first=True,bidirectional=True); s.bridge=nn.Linear(2*H,D); s.drop=nn.Dropout(0.15)
        s.attention=nn.Module()
        if KIND=='additive':
            s.decoder=nn.GRU(E+2*H,D,batch_first=True)
            s.attention.query=nn.Linear(D,A); s.attention.key=nn.Linear(2*H,A,bias=False); s.attention.score=nn.Linear(A,1,bias=False)
            s.output=nn.Linear(D+2*H+E,len(phones))
        else:
            s.decoder=nn.GRU(E+D,D,batch_first=True)                # input feeding: [embedding; previous attentional state]
            s.attention.key=nn.Linear(2*H,D,bias=False)             # score = state . (W h)
            s.attention.combine=nn.Linear(2*H+D,D,bias=False)       # tanh(W [context; state])
            s.output=nn.Linear(D,len(phones))
    def enc(s,x):
        n=(x!=0).sum(1); p=nn.utils.rnn.pack_padded_sequence(s.drop(s.source_embedding(x)),n,batch_first=True,enforce_sorted=False)
        m,h=s.encoder(p); m,_=nn.utils.rnn.pad_packed_sequence(m,batch_first=True,total_length=x.shape[1])
        return m,torch.tanh(s.bridge(torch.cat([h[0],h[1]],1))),s.attention.key(m),(x==0)
    def start(s,m,h): return h, torch.zeros(h.shape[0],D)
    def step(s,y,state,m,k,mask):
        h,fed=state; e=s.drop(s.target_embedding(y))
        if KIND=='additive':
            w=s.attention.score(torch.tanh(s.attention.query(h)[:,None]+k))[...,0].masked_fill(mask,-1e9).softmax(1)
            c=(w[:,None]@m)[:,0]; o,h2=s.decoder(torch.cat([e,c],1)[:,None],h[None]); h2=h2[0]
            return s.output(torch.cat([h2,c,e],1)),(h2,fed),w
        o,h2=s.decoder(torch.cat([e,fed],1)[:,None],h[None]); h2=h2[0]
        w=(k@h2[:,:,None])[...,0].masked_fill(mask,-1e9).softmax(1); c=(w[:,None]@m)[:,0]
        a=torch.tanh(s.attention.combine(torch.cat([c,h2],1)))
        return s.output(s.drop(a)),(h2,a),w
    def forward(s,x,y):
        m,h,k,mask=s.enc(x); st=s.start(m,h); out=[]
        for t in range(y.shape[1]): l,st,_=s.step(y[:,t],st,m,k,mask); out.append(l)
        return torch.stack(out,1)
net=Net(); print(KIND,sum(p.numel() for p in net.parameters()),'params',len(train),len(test),flush=True)
def batch(b):
    S=max(len(w) for w,_ in b)+1; T=max(len(p) for _,p in b)+1
    x=torch.zeros(len(b),S,dtype=torch.long); y=torch.zeros(len(b),T,dtype=torch.long); z=torch.zeros(len(b),T,dtype=torch.long)
    for i,(w,p) in enumerate(b):
        x[i,:len(w)+1]=torch.tensor([li[c] for c in w]+[2]); q=[pi[c] for c in p]; y[i,:len(q)+1]=torch.tensor([1]+q); z[i,:len(q)+1]=torch.tensor(q+[2])
    return x,y,z
def save(path):
    sd={k:v.detach().float().contiguous() for k,v in net.state_dict().items()}
    h={'__metadata__':{'format':'pt','kind':KIND,'letters':json.dumps(letters),'phonemes':json.dumps(phones)}}; o=0
    for k,v in sd.items(): n=v.numel()*4; h[k]={'dtype':'F32','shape':list(v.shape),'data_offsets':[o,o+n]}; o+=n
    hb=json.dumps(h).encode(); hb+=b' '*(-len(hb)%8)
    with open(path,'wb') as f:
        f.write(struct.pack('<Q',len(hb))); f.write(hb)
        for v in sd.values(): f.write(v.numpy().tobytes())
@torch.no_grad()
def greedy(ws):
    x,_,_=batch([(w,['AH0']) for w in ws]); m,h,k,mask=net.enc(x); st=net.start(m,h); y=torch.ones(len(ws),dtype=torch.long); out=[[] for _ in ws]; done=[False]*len(ws)
    for t in range(MAXT-1):
        l,st,_=net.step(y,st,m,k,mask); y=l.argmax(1)
        for i,v in enumerate(y.tolist()):
            if v==2: done[i]=True
            elif not done[i] and v>2: out[i].append(phones[v])
        if all(done): break
    return out
def wer(data):
    net.eval(); gold={}; bad=bads=0
    for w,p in data: gold.setdefault(w,[]).append(p)
    words=sorted(gold,key=len); strip=lambda q:[re.sub(r'\d','',c) for c in q]
    for i in range(0,len(words),512):
        for w,h in zip(words[i:i+512],greedy(words[i:i+512])): bad+=h not in gold[w]; bads+=strip(h) not in [strip(g) for g in gold[w]]
    net.train(); return bad/len(words),bads/len(words)
opt=torch.optim.AdamW(net.parameters(),2e-3,betas=(0.9,0.98),weight_decay=0.01); lossf=nn.CrossEntropyLoss(ignore_index=0,label_smoothing=0.1)
t0=time.time(); step=ep=0; g=torch.Generator().manual_seed(1); total=MINUTES*60
while time.time()-t0<total:
    order=sorted(range(len(train)),key=lambda i:(len(train[i][0])+0.01*len(train[i][1])+torch.rand(1,generator=g).item())); BS=256
    bs=[order[i:i+BS] for i in range(0,len(order),BS)]; perm=torch.randperm(len(bs),generator=g).tolist(); run=n=0
    for k in perm:
        fr=(time.time()-t0)/total
        if fr>=1: break
        for gr in opt.param_groups: gr['lr']=2e-3*min(1,(step+1)/300)*(0.5*(1+math.cos(math.pi*min(1,fr)))+1e-3)
        x,y,z=batch([train[i] for i in bs[k]]); l=lossf(net(x,y).transpose(1,2),z); opt.zero_grad(set_to_none=True); l.backward(); nn.utils.clip_grad_norm_(net.parameters(),1.0); opt.step(); step+=1; run+=l.item(); n+=1
    ep+=1; print(KIND,'epoch',ep,f'loss {run/max(n,1):.4f}','dev',wer(dev[:600]),f'{time.time()-t0:.0f}s',flush=True); save(OUT)
print(KIND,'test',wer(test),flush=True); save(OUT)
