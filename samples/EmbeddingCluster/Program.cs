// Embeds a corpus on as many machines as there are: Orleans has the silos, membership and state; a job hands out pieces, and every silo embeds what it takes.
using System.CommandLine;
using System.Globalization;
using System.Net;
using EmbeddingCluster;
using Microsoft.Extensions.Logging;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Option<string?> redis = new("--redis") { Description = "A Redis server with membership and state, HOST:PORT; CLUSTER_REDIS of the environment unless given.", Recursive = true, DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CLUSTER_REDIS") };
Option<string?> postgres = new("--postgres") { Description = "A PostgreSQL database with Orleans's tables, as a connection string; CLUSTER_POSTGRES of the environment unless given.", Recursive = true, DefaultValueFactory = _ => Environment.GetEnvironmentVariable("CLUSTER_POSTGRES") };
Option<string> cluster = new("--cluster") { Description = "The cluster's name.", Recursive = true, DefaultValueFactory = _ => "embedding" };
Option<bool> verbose = new("--verbose") { Description = "Logs what Orleans does.", Recursive = true };
Option<string?> model = new("--model") { Description = "A folder with all-MiniLM-L6-v2, or a repository to fetch; the weights of a package unless given." };
Option<int> workers = AtLeast("--workers", 1, "Pieces embedded at once, each on a core; the processors unless given.", _ => Environment.ProcessorCount);
Option<int> pieceBytes = AtLeast("--piece-bytes", 1024, "Bytes of the corpus that are handed out together.", _ => 1 << 18);
Option<int> port = AtLeast("--port", 1, "Where silos connect.", _ => 11111);
Option<int> gateway = AtLeast("--gateway", 1, "Where clients connect.", _ => 30000);
Option<bool> refuseLong = new("--refuse-long") { Description = "Passages that are too long for the model are failures instead of being cut." };
Option<string> job = new("--job") { Description = "The job's name; that of the output's folder unless given." };

Argument<FileInfo?> someCorpus = new("corpus") { Description = "A passage a line, JSON: a string, or an object with a string \"text\". Passages of this checkout's pages unless given.", Arity = ArgumentArity.ZeroOrOne };
Option<FileInfo> vectors = new("--output") { Description = "The file of the vectors.", DefaultValueFactory = _ => new FileInfo("vectors.safetensors") };
RootCommand root = new("Embeds a corpus with all-MiniLM-L6-v2 on one machine, or on as many as there are.") { someCorpus, vectors, model, workers, pieceBytes, refuseLong, port, gateway, redis, postgres, cluster, verbose };
root.SetAction(Guarded((parsed, cancellation) => Commands.RunAsync(Logging(parsed), new RunSettings(parsed.GetValue(someCorpus)?.FullName, parsed.GetValue(vectors)!.FullName, parsed.GetValue(model), parsed.GetValue(workers), parsed.GetResult(pieceBytes) is { Implicit: false } ? parsed.GetValue(pieceBytes) : null, parsed.GetValue(refuseLong), parsed.GetValue(port), parsed.GetValue(gateway)), cancellation)));

Option<string> name = new("--name") { Description = "The silo's name; the machine's with the port unless given." };
Option<string?> address = new("--address") { Description = "The address where other silos and clients reach it; the machine's first unless given." };
Option<double> lease = new("--lease") { Description = "Seconds that a piece may take before it is handed out once more.", DefaultValueFactory = _ => 300 };
lease.Validators.Add(result =>
{
    if (!result.Errors.Any() && result.GetValueOrDefault<double>() is not (>= 1 and <= 86400)) result.AddError("--lease: expected 1 to 86400 seconds.");
});
address.Validators.Add(result =>
{
    if (!result.Errors.Any() && result.GetValueOrDefault<string?>() is string given && !IPAddress.TryParse(given, out _)) result.AddError($"--address is {given}; expected an IP address.");
});
Command silo = new("silo", "Runs a silo until it is stopped. Without --redis and --postgres it is alone, with membership and state in its memory.") { name, address, port, gateway, workers, lease, model };
silo.SetAction(Guarded((parsed, cancellation) => Commands.SiloAsync(
    Store(parsed), new SiloSettings(parsed.GetValue(name) ?? $"{Environment.MachineName}:{parsed.GetValue(port)}", parsed.GetValue(address) is string given ? IPAddress.Parse(given) : null, parsed.GetValue(port), parsed.GetValue(gateway), parsed.GetValue(workers), TimeSpan.FromSeconds(parsed.GetValue(lease))),
    parsed.GetValue(model), Logging(parsed), cancellation)));

Argument<FileInfo> corpus = new Argument<FileInfo>("corpus") { Description = "A passage a line, JSON. Every silo reads it by this path." }.AcceptExistingOnly();
Argument<DirectoryInfo> output = new("output") { Description = "The folder of the vectors, a file for each piece. Every silo writes there." };
Option<bool> detach = new("--detach") { Description = "Does not wait for the job's end." };
Command submit = new("submit", "Submits a job to the cluster and shows how far it is. The same once more goes on showing it, and tries pieces again that were given up.") { corpus, output, job, pieceBytes, refuseLong, detach, gateway };
submit.SetAction(Guarded((parsed, cancellation) => Commands.SubmitAsync(Store(parsed), parsed.GetValue(gateway), parsed.GetValue(job) ?? parsed.GetValue(output)!.Name, parsed.GetValue(corpus)!, parsed.GetValue(output)!, parsed.GetValue(pieceBytes), !parsed.GetValue(refuseLong), parsed.GetValue(detach), Logging(parsed), cancellation)));

Argument<string> which = new("job") { Description = "The job's name." };
Option<bool> json = new("--json") { Description = "Writes JSON." };
Command status = new("status", "Shows how far a job is.") { which, json, gateway };
status.SetAction(Guarded((parsed, cancellation) => Commands.StatusAsync(Store(parsed), parsed.GetValue(gateway), parsed.GetValue(which)!, parsed.GetValue(json), Logging(parsed), cancellation)));

Argument<FileInfo> merged = new("file") { Description = "The file to write." };
Command merge = new("merge", "Joins the files of a finished job's pieces into one, in the corpus's order.") { output, merged };
merge.SetAction(Guarded((parsed, _) => Commands.MergeAsync(parsed.GetValue(output)!, parsed.GetValue(merged)!)));

foreach (Command command in new[] { silo, submit, status, merge }) root.Subcommands.Add(command);
root.Validators.Add(result =>
{
    if (result.GetValue(redis) is not null && result.GetValue(postgres) is not null) result.AddError("Expected --redis or --postgres, found both.");
});
return await root.Parse(args).InvokeAsync();

StoreSettings Store(ParseResult parsed) => new(parsed.GetValue(cluster)!, parsed.GetValue(redis), parsed.GetValue(postgres));

LogLevel Logging(ParseResult parsed) => parsed.GetValue(verbose) ? LogLevel.Information : LogLevel.Warning;

static Func<ParseResult, CancellationToken, Task<int>> Guarded(Func<ParseResult, CancellationToken, Task<int>> run) => async (parsed, cancellation) =>
{
    try
    {
        return await run(parsed, cancellation);
    }
    catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
    {
        return 1;
    }
    catch (Exception e) when (Commands.IsTold(e))
    {
        Console.Error.WriteLine($"embeddingcluster: {e.Message}");
        return 1;
    }
};

static Option<int> AtLeast(string name, int least, string description, Func<System.CommandLine.Parsing.ArgumentResult, int> otherwise)
{
    Option<int> option = new(name) { Description = description, DefaultValueFactory = otherwise };
    option.Validators.Add(result =>
    {
        if (!result.Errors.Any() && result.GetValueOrDefault<int>() < least) result.AddError($"{name} is {result.GetValueOrDefault<int>()}; expected at least {least}.");
    });
    return option;
}
