// A job on one silo and on two, each a process bound to a core, and one whose first silo is killed in the middle; membership and state in a real store.
// Arguments: [--postgres FOLDER], Orleans's SQL scripts, instead of Redis; [--passages N] of this checkout, again and again, 1000 unless given; [--only scaling|kill].
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Attention.Cluster;
using Attention.Dsl;
using Attention.Text;
using EmbeddingCluster;
using SemanticSearch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Value(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
int passages = int.Parse(Value("--passages") ?? "1000", CultureInfo.InvariantCulture);
string? only = Value("--only");
string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", sample = Path.Combine(AppContext.BaseDirectory, "EmbeddingCluster.dll");
if (!OperatingSystem.IsLinux() || Environment.ProcessorCount < 2)
{
    Console.Error.WriteLine("expected Linux and two processors: each silo is bound to one by taskset.");
    return 1;
}

string folder = Directory.CreateTempSubdirectory("cluster-").FullName;
string[] membership = [];
try
{
    using Store store = Value("--postgres") is string scripts ? Store.Postgres(Directory.CreateDirectory(Path.Combine(folder, "store")).FullName, Path.GetFullPath(scripts)) : Store.Redis(folder);
    membership = store.Option;
    string corpus = Path.Combine(folder, "corpus.jsonl");
    string[] lines = File.ReadAllLines(Pages.Write(corpus));
    File.WriteAllLines(corpus, Enumerable.Range(0, passages).Select(i => lines[i % lines.Length]));
    JobRequest request = new(corpus, new FileInfo(corpus).Length, 1 << 14, folder, true);
    Console.WriteLine($"{passages} passages in {request.Pieces} pieces, state and membership in {store.Name}");
    Shard expected = await AloneAsync(request);

    if (only != "kill")
    {
        double one, two;
        using (StartSilo("by-one", "one", 0)) one = Finish("by-one", expected);
        using (StartSilo("by-two", "one", 0))
        using (StartSilo("by-two", "two", 1)) two = Finish("by-two", expected);
        Console.WriteLine($"scaling: {two / one:0.00} times the passages a second on two silos of a core each");
    }
    if (only != "scaling")
    {
        using Child first = StartSilo("killed", "one", 0), second = StartSilo("killed", "two", 1);
        Sample("killed", "submit", corpus, Path.Combine(folder, "killed"), "--piece-bytes", $"{request.PieceBytes}", "--detach");
        JobStatus status;
        while ((status = Status("killed")).Done < request.Pieces / 3) Thread.Sleep(100);
        first.Kill();
        Console.WriteLine($"silo one killed, {status.Done} pieces done, {status.Leased} under way");
        Finish("killed", expected);
    }
    return 0;
}
catch (Exception e) when (e is InvalidOperationException or TimeoutException)
{
    Console.Error.WriteLine($"cluster: {e.Message}");
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// An embedder of one session, without Orleans: what a core can do, and the vectors that are expected.
static async Task<Shard> AloneAsync(JobRequest request)
{
    using Embedders embedders = new(await Weights.FindAsync(null, default));
    using TextEmbedder embedder = embedders.Create(true);
    CorpusLine[] lines = [.. Enumerable.Range(0, request.Pieces).SelectMany(piece => Corpus.Read(request, piece))];
    embedder.Embed([.. lines.Take(64).Select(line => line.Text)]);
    var vectors = new List<float>();
    long start = Stopwatch.GetTimestamp(), tokens = 0;
    foreach (CorpusLine[] some in lines.Chunk(256))
    {
        Embeddings found = embedder.Embed([.. some.Select(line => line.Text)]);
        vectors.AddRange(found.Values);
        tokens += Enumerable.Range(0, some.Length).Sum(found.TokensOf);
    }
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    Console.WriteLine($"alone, one thread: {lines.Length / seconds:0.0} passages/s, {tokens / seconds:0} tokens/s, {(double)tokens / lines.Length:0} tokens a passage, {embedders.InstructionSet}");
    return new([.. lines.Select(line => line.Offset)], [.. vectors], embedder.Dimensions, []);
}

// A cluster of its own for each job, which waits for no silo of another one.
Child StartSilo(string job, string name, int core)
{
    int[] ports = Child.FreePorts(2);
    string[] silo = [sample, "silo", "--name", name, "--address", "127.0.0.1", "--port", $"{ports[0]}", "--gateway", $"{ports[1]}", "--workers", "1", "--cluster", job, .. membership];
    return new("taskset", ["-c", $"{core}", host, .. silo], $"silo {name} at ");
}

// Waits for a job's end, or runs it, and holds what was written against what is expected.
double Finish(string name, Shard expected)
{
    string output = Path.Combine(folder, name), corpus = Path.Combine(folder, "corpus.jsonl");
    Console.WriteLine($"{name}:");
    Console.Write(Sample(name, "submit", corpus, output, "--piece-bytes", $"{1 << 14}"));
    Console.WriteLine(Child.Run(host, sample, "merge", output, output + ".safetensors").Trim());
    JobStatus status = Status(name);
    using SafeTensors written = SafeTensors.Open(output + ".safetensors");
    byte[] bytes = written.ReadBytes("offsets");
    long[] offsets = [.. Enumerable.Range(0, bytes.Length / 8).Select(i => BitConverter.ToInt64(bytes, 8 * i))];
    int lost = expected.Offsets.Except(offsets).Count(), twice = offsets.Length - offsets.Distinct().Count(), counted = (int)status.Passages - expected.Offsets.Length;
    bool same = written.ReadFloats("vectors").AsSpan().SequenceEqual(expected.Vectors);
    Console.WriteLine($"passages lost {lost}, there twice {twice}, counted too many {counted}; vectors {(same ? "are the embedder's, bit for bit" : "DIFFER")}");
    if (lost != 0 || twice != 0 || counted != 0 || !same) throw new InvalidOperationException("expected each passage once, with its vector.");
    double seconds = (status.Finished!.Value - status.Silos.Min(silo => silo.First)).TotalSeconds;
    Console.WriteLine($"{status.Passages / seconds:0.0} passages/s, {status.Tokens / seconds:0} tokens/s from the first piece to the last, {seconds:0.0} s");
    return status.Passages / seconds;
}

JobStatus Status(string name) => JsonSerializer.Deserialize<JobStatus>(Sample(name, "status", name, "--json"), EmbeddingCluster.Screen.Json)!;

string Sample(string job, params string[] arguments) => Child.Run(host, [sample, .. arguments, "--cluster", job, .. membership]);
