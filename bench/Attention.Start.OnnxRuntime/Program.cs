// all-MiniLM-L6-v2 in ONNX Runtime on one thread: the embedding of twelve tokens, as soon as it can be had. Argument: the model.
using Attention.Start;
using Microsoft.ML.OnnxRuntime;

using var options = new SessionOptions { IntraOpNumThreads = 1 };
using var session = new InferenceSession(args[0], options);
using var run = new RunOptions();
long[] shape = [1, Report.Tokens.Length];
using OrtValue ids = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(Report.Tokens, token => (long)token), shape);
using OrtValue mask = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(Report.Tokens, _ => 1L), shape);
using OrtValue types = OrtValue.CreateTensorValueFromMemory(new long[Report.Tokens.Length], shape);
string[] inputs = [.. session.InputMetadata.Keys];
OrtValue[] values = [.. inputs.Select(name => name switch { "input_ids" => ids, "attention_mask" => mask, _ => types })];
float[] embedding = new float[384];
Embed();
Report.First(embedding);
Report.Rest(Embed);

// Mean over the tokens' rows, then to length 1.
void Embed()
{
    using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, inputs, values, session.OutputNames);
    ReadOnlySpan<float> rows = outputs[0].GetTensorDataAsSpan<float>();
    Array.Clear(embedding);
    for (int i = 0; i < rows.Length; i++)
        embedding[i % embedding.Length] += rows[i];
    float norm = MathF.Sqrt(embedding.Sum(value => value * value));
    for (int i = 0; i < embedding.Length; i++)
        embedding[i] /= norm;
}
