set multiplot layout 1, 2
set lmargin 11
file = tables.'descent-noise.tsv'
runs = tables.'descent-noise-runs.tsv'
relative = tables.'descent-noise-relative.tsv'
simulated = tables.'descent-noise-relative-runs.tsv'
of(name, test, value) = column(name) == value ? column(test) : NaN
colours = '0x0072B2 0xD55E00 0x009E73'
marks = '7 5 9'
set logscale xy
set format '%g'
set xlabel 'steps of descent'

set ylabel sprintf('loss L at γ = 0, α = %g, β = 2.5', easy_alpha_1)
set format y '10^{%L}'
set key bottom left reverse Left
# A guide to the eye, whose height says nothing.
law(x) = 2e-2*x**(-easy_law_1)
plot \
  file using (of('alpha', 'steps', easy_alpha_1)):'loss_1' with lines lw 2 lc rgb green title 'exact mean, B = 1', \
  file using (of('alpha', 'steps', easy_alpha_1)):'loss_8' with lines lw 2 lc rgb vermilion title 'B = 8', \
  file using (of('alpha', 'steps', easy_alpha_1)):'loss_64' with lines lw 2 lc rgb purple title 'B = 64', \
  file using (of('alpha', 'steps', easy_alpha_1)):'loss_all' with lines lw 2 lc rgb blue title 'all data', \
  runs using (of('alpha', 'steps', easy_alpha_1)):'loss':'standard_error' with yerrorbars pt 7 ps 0.5 lc rgb vermilion title 'simulated, B = 8', \
  runs using (of('alpha', 'steps', easy_alpha_1)):'loss_all' with points pt 6 ps 0.6 lc rgb blue title 'simulated, all data', \
  [300:40000] law(x) with lines dt 2 lc rgb black title sprintf('t^{−(2 − 1/α)} = t^{−%.3g}', easy_law_1)

set ylabel 'relative noise L/L_{all} − 1'
set format y '%g'
set key top left reverse Left
set xrange [30:*]
set yrange [0.003:1]
task(i) = sprintf('α = %g, β = %g, γ = %g, B = %d', value('hard_alpha_'.i), value('hard_beta_'.i), value('hard_gamma_'.i), value('hard_batch_'.i))
plot \
  for [i = 1:hard_count] relative using (of('task', 'steps', i)):'relative' with lines lw 2 lc rgb int(word(colours, i)) title task(i), \
  for [i = 1:hard_count] simulated using (of('task', 'steps', i)):'relative':'standard_error' with yerrorbars pt int(word(marks, i)) ps 0.6 lc rgb int(word(colours, i)) notitle, \
  keyentry with lines lw 2 lc rgb grey title 'closure', \
  keyentry with points pt 7 lc rgb grey title 'simulated, ± s.e. over data sets'
unset multiplot
