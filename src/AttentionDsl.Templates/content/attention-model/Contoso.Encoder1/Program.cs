using Contoso.Encoder1.Models;

string path = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "model.safetensors");
using SentenceEncoder model = SentenceEncoder.Load(path);
using SentenceEncoder.Session session = model.CreateSession();

int[] tokens = [2, 17, 8, 3];
float[] embedding = session.Forward(tokens).ToArray();
Console.WriteLine($"{model.InstructionSet}: {string.Join(' ', embedding)}");
