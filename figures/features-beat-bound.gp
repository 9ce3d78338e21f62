set multiplot layout 1, 2
set lmargin 7.5
file = tables.'features-beat-bound.tsv'
at(i, name) = column('panel') == i ? column(name) : NaN
set logscale x 2
set xrange [80:500]
set yrange [0:1]
set xtics (100, 200, 400)
set xlabel 'samples P'
set ylabel 'learnability L, ± s.e. over subsets' offset 1
set key top left reverse Left
do for [i = 1:2] {
  set title i == 1 ? sprintf('a random direction, m₂ = %.2f', second_moment_random) \
    : sprintf('the first principal axis, m₂ = %.1f', second_moment_axis)
  if (i == 2) { unset ylabel; unset key }
  plot \
    file using (at(i, 'samples')):(at(i, 'bound')) with lines lw 1.6 dt 2 lc rgb vermilion \
      title 'bound of every lazy network', \
    file using (at(i, 'samples')):(at(i, 'lazy')):(at(i, 'lazy_error')) with yerrorbars pt 5 \
      lc rgb vermilion title 'lazy limit', \
    file using (at(i, 'samples')):(at(i, 'learnability')):(at(i, 'standard_error')) \
      with yerrorbars pt -1 lc rgb blue notitle, \
    file using (at(i, 'samples')):(at(i, 'learnability')):\
      (mark(column('certified') == column('datasets'))) with points pt variable lc rgb blue notitle, \
    keyentry with points pt 7 lc rgb blue title 'network with N = 20', \
    keyentry with points pt 6 lc rgb blue title 'where a subset is not certified'
}
unset multiplot
