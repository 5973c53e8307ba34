// Searches texts by what they mean: passages of Markdown and text files that are near to a question, by the real all-MiniLM-L6-v2.
using System.CommandLine;
using SemanticSearch;
using Spectre.Console;

Argument<string[]> question = new("question") { Description = "What is looked for.", Arity = ArgumentArity.ZeroOrMore };
Option<string?> root = new("--root") { Description = "The folder or file to search; the checkout that this program was built in unless given." };
Option<string?> model = new("--model") { Description = "A folder with all-MiniLM-L6-v2, or a repository to fetch; the weights of a package unless given." };
Option<string?> rerank = new("--rerank") { Description = "A folder with cross-encoder/ms-marco-MiniLM-L-6-v2, which reads what was found once more." };
Option<int> count = new("--count") { Description = "How many passages.", DefaultValueFactory = _ => 5 };
Option<bool> interactive = new("--interactive") { Description = "Asks for one question after the other." };
Option<bool> json = new("--json") { Description = "Writes JSON." };
Option<string?> evaluate = new("--evaluate") { Description = "The STS benchmark's test part (sts-test.tsv): how well similarities agree with people's." };
RootCommand command = new("Searches texts by what they mean.") { question, root, model, rerank, count, interactive, json, evaluate };
count.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() < 1) result.AddError("--count: expected at least 1.");
});
command.SetAction(async (parsed, cancellation) =>
{
    try
    {
        var request = new Request(string.Join(' ', parsed.GetValue(question)!), parsed.GetValue(root), parsed.GetValue(model), parsed.GetValue(rerank), parsed.GetValue(count), parsed.GetValue(interactive), parsed.GetValue(json), parsed.GetValue(evaluate));
        return await Search.RunAsync(request, AnsiConsole.Console, cancellation);
    }
    catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException or Attention.Dsl.WeightsException or ArgumentException)
    {
        Console.Error.WriteLine($"search: {e.Message}");
        return 1;
    }
});
return await command.Parse(args).InvokeAsync();
