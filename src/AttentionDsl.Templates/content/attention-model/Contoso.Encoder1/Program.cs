using Attention.Text;
using Contoso.Encoder1.Models;

string folder = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "model");
using SentenceEncoder model = SentenceEncoder.Load(folder);
using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder);

string[] texts = ["how are threads shared", "who shares the threads", "the sun is warm"];
Embeddings vectors = embedder.Embed(texts);
for (int i = 0; i < texts.Length; i++)
    Console.WriteLine($"{vectors.Similarity(0, i):F3}  {texts[i]}");
